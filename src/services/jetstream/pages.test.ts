/** What a reader gets of archive and log together: every event that it wants, once, in order, wherever it begins. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {truncateSync} from 'node:fs'
import {suite, test} from 'node:test'
import {rowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {Overrun} from '#engines/event-log/event-log.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {Archive} from './archive/archive.ts'
import {compact} from './archive/compaction.ts'
import {EventsFilter} from './events/events-filter.ts'
import {decodeRecord, encodeRecord} from './log-record.ts'
import {pagesFrom, type Store} from './pages.ts'
import {placeOf} from './place.ts'
import {subscriptionOf} from './subscriber.ts'
import type {Told} from './told.ts'

const startMs = 1_767_323_045_000
const world = {now: () => startMs}
const open = {}
const micros = (n: number): number => startMs * 1_000 + n
const didOf = (n: number): string => `did:plc:${String(n).padStart(24, 'a')}`
const counted = (first: number, last: number): number[] => Array.from({length: last - first + 1}, (_, i) => first + i)

/** Of account `n % 7`; every tenth is an account's, and each of account 3 is of a rare collection. */
function told(n: number): Told {
  const did = didOf(n % 7)
  if (n % 10 === 0)
    return {
      kind: rowKind.account,
      did,
      collection: '',
      rkey: '',
      rev: '',
      payload: encodeCbor({active: true, did, seq: n}),
    }
  const payload = encodeCbor({n, text: 'Good morning.'})
  const collection = n % 7 === 3 ? 'com.example.rare' : 'app.bsky.feed.post'
  return {
    kind: rowKind.create,
    did,
    collection,
    rkey: `r${n}`,
    rev: '3k2yihcrp6c2a',
    payload,
    cid: cidOf(codecs.cbor, payload),
  }
}
const record = (n: number): Uint8Array => encodeRecord(told(n), {timeMicros: micros(n), seq: n, left: 0})

/** 100 events: up to 40 and up to 60 sealed, to 80 in the segment that grows, and those from `logFirst` on in the log. */
async function stored(logFirst: number): Promise<Store & {archive: Archive} & Disposable> {
  const bounds = {segmentSizeMax: Infinity, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
  const archive = await Archive.open(temporaryFolder('pages'), {...bounds, world})
  for (const [first, last, seals] of [
    [1, 20, false],
    [21, 40, true],
    [41, 60, true],
    [61, 80, false],
  ] as const) {
    await archive.append(counted(first, last).map(n => decodeRecord(record(n), n)))
    if (seals) await archive.seal()
  }
  const log = memoryEventLog({now: world.now, first: logFirst})
  await log.append(counted(logFirst, 100).map(record))
  return {archive, log, [Symbol.dispose]: () => archive[Symbol.dispose]()}
}

async function read(store: Store, query: string): Promise<number[]> {
  const subscription = subscriptionOf(new Request(`http://jetstream/subscribe?${query}`), false)
  ok(typeof subscription !== 'string')
  const {filter, cursor} = subscription
  const {after, fromMicros} = await placeOf(store, cursor)
  const found: number[] = []
  for await (const {rows, through} of pagesFrom(store, after, () => filter.sought, AbortSignal.timeout(9_000))) {
    for (const row of rows) if (row.witnessedMicros >= fromMicros && filter.passes(row)) found.push(row.seq)
    if (through === 100) break
  }
  return found
}

const of3 = (first: number): number[] => counted(first, 100).filter(n => n % 7 === 3)
const rare = (first: number): number[] => counted(first, 100).filter(n => n % 10 === 0 || n % 7 === 3)

suite('a reader gets what it wants', () => {
  for (const logFirst of [1, 50, 81]) {
    for (const [query, expected] of [
      ['cursor=1', counted(1, 100)],
      ['cursor=0', counted(1, 100)],
      ['cursor=33', counted(33, 100)],
      ['cursor=70', counted(70, 100)],
      [`cursor=${micros(33)}`, counted(33, 100)],
      [`cursor=${micros(70)}`, counted(70, 100)],
      [`cursor=${micros(-5)}`, counted(1, 100)],
      [`cursor=1&wantedDids=${didOf(3)}`, of3(1)],
      [`cursor=45&wantedDids=${didOf(3)}`, of3(45)],
      [`cursor=${micros(75)}&wantedDids=${didOf(3)}`, of3(75)],
      ['cursor=1&wantedDids=did:web:nobody.example.com', []],
      ['cursor=1&wantedCollections=com.example.*', rare(1)],
      ['cursor=38&wantedCollections=com.example.rare', rare(38)],
      [
        `cursor=1&wantedCollections=com.example.rare&wantedDids=${didOf(4)}`,
        counted(1, 100).filter(n => n % 7 === 4 && n % 10 === 0),
      ],
    ] as const) {
      test(`by ${query}, of a log that begins with ${logFirst}`, {timeout: 10_000}, async () => {
        using store = await stored(logFirst)
        deepEqual(await read(store, query), expected)
      })
    }
  }

  test('in the same words of either', {timeout: 10_000}, async () => {
    using store = await stored(81)
    const texts = async (logFirst: number): Promise<string[]> => {
      using one = await stored(logFirst)
      const pages = pagesFrom(
        {log: one.log, archive: logFirst === 1 ? undefined : one.archive},
        0,
        () => open,
        AbortSignal.timeout(9_000),
      )
      const found: string[] = []
      for await (const {rows, through} of pages) {
        found.push(...rows.map(({json, body, size}) => `${json} ${body} ${size}`))
        if (through === 100) break
      }
      return found
    }
    deepEqual(await texts(81), await texts(1))
    equal((await placeOf(store, 1)).after, 0)
  })

  test('and no block is read that cannot hold it', {timeout: 10_000}, async () => {
    using store = await stored(81)
    const looked: string[] = []
    for (const segment of store.archive.sealed) {
      const {block} = segment
      segment.block = i => {
        looked.push(`${segment.index}/${i}`)
        return block.call(segment, i)
      }
    }
    await read(store, 'cursor=1&wantedDids=did:web:nobody.example.com')
    deepEqual(looked, [])
  })
})

test('those who read the same block at the same time get the same page', {timeout: 10_000}, async () => {
  using store = await stored(81)
  const first = async () => {
    for await (const page of pagesFrom(store, 0, () => open, AbortSignal.timeout(9_000))) return page
    return undefined
  }
  const [one, other] = await Promise.all([first(), first()])
  ok(one)
  equal(one, other)
})

test('an archive that is opened where another was gives what it holds, and not what that one did', async () => {
  const bounds = {segmentSizeMax: Infinity, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
  const folder = temporaryFolder('pages')
  const log = memoryEventLog({now: world.now, first: 21})
  const readers: AsyncIterator<unknown>[] = []
  const reads: unknown[] = []
  for (const first of [1, 11]) {
    using archive = await Archive.open(folder, {...bounds, world})
    await archive.append(counted(first, first + 9).map(n => decodeRecord(record(n), n)))
    // Who reads holds what was read.
    const reader = pagesFrom({archive, log}, 0, () => open, AbortSignal.timeout(9_000))[Symbol.asyncIterator]()
    readers.push(reader)
    const {value} = await reader.next()
    reads.push(value?.rows[0].seq)
    // As a loss of power may leave it.
    truncateSync(archive.growing?.path ?? '', 256)
  }
  deepEqual(reads, [1, 11])
  for (const reader of readers) await reader.return?.()
})

test('a filter that changes on the way counts from then on', {timeout: 10_000}, async () => {
  using store = await stored(81)
  const filters = ['com.example.rare', 'app.bsky.feed.post'].map(name => {
    const filter = EventsFilter.of({collections: [name], kinds: ['commit'], maxMessageSizeBytes: 0})
    ok(typeof filter !== 'string')
    return filter
  })
  let filter = filters[0]
  const found: string[] = []
  for await (const {rows, through} of pagesFrom(store, 0, () => filter.sought, AbortSignal.timeout(9_000))) {
    found.push(...rows.filter(row => filter.passes(row)).map(({seq, collection}) => `${seq} ${collection.slice(0, 3)}`))
    if (through >= 20) filter = filters[1]
    if (through === 100) break
  }
  deepEqual(
    found,
    counted(1, 100).flatMap(n =>
      n % 10 === 0 || (n % 7 === 3) !== n <= 20 ? [] : [`${n} ${n <= 20 ? 'com' : 'app'}`],
    ),
  )
})

test('a segment that is written anew, or sealed, under a reader costs it nothing', {timeout: 10_000}, async () => {
  using store = await stored(81)
  const {archive, log} = store
  const seqs: number[] = []
  for await (const {rows, through} of pagesFrom(store, 0, () => open, AbortSignal.timeout(9_000))) {
    seqs.push(...rows.map(({seq}) => seq))
    if (through === 20) {
      await archive.seal()
      const deletion: Told = {...told(99), kind: rowKind.delete, rkey: 'r36', payload: new Uint8Array()}
      await archive.append([
        decodeRecord(encodeRecord({...deletion, did: didOf(36 % 7)}, {timeMicros: micros(81), seq: 81, left: 0}), 81),
      ])
      await archive.seal()
      await compact(archive, AbortSignal.timeout(9_000))
    }
    if (through === log.bounds().last) break
  }
  deepEqual(
    seqs.filter(seq => seq !== 36),
    counted(1, 100).filter(seq => seq !== 36),
  )
})

const overrun = (): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({next: () => Promise.reject(new Overrun('too slow'))}),
})

test('who is overrun by the log goes on in the archive; beyond it a reader is told', {timeout: 10_000}, async () => {
  using store = await stored(50)
  const {log} = store
  const {tail} = log
  let tails = 0
  log.tail = (after, signal) => (++tails === 1 ? overrun() : tail.call(log, after, signal))
  const seqs: number[] = []
  for await (const {rows, through} of pagesFrom(store, 49, () => open, AbortSignal.timeout(9_000))) {
    seqs.push(...rows.map(({seq}) => seq))
    if (through === 100) break
  }
  deepEqual(seqs, counted(50, 100))
  log.tail = overrun
  await rejects(
    async () => {
      for await (const _ of pagesFrom({log, archive: undefined}, 0, () => open, AbortSignal.timeout(9_000)));
    },
    {name: 'Overrun'},
  )
})

test('who looks for something else at every look comes on all the same', {timeout: 10_000}, async () => {
  using store = await stored(81)
  const found: number[] = []
  for await (const {rows, through} of pagesFrom(store, 0, () => ({takes: () => true}), AbortSignal.timeout(9_000))) {
    for (const {seq} of rows) found.push(seq)
    if (through === 100) break
  }
  deepEqual(found, counted(1, 100))
})
