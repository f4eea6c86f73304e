/** What `/subscribe` takes and refuses, held against the rules of v1, row by row, over a log of six events. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {rowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {openEventLog} from '#engines/open.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {Channel} from '#std/waiting/async.ts'
import type {Frame} from '#std/wire/frames.ts'
import {turns} from '../../../test/until.ts'
import {decodeRecord, encodeRecord} from './log-record.ts'
import {subscriber, subscriptionOf} from './subscriber.ts'

const startMs = Date.parse('2026-01-02T03:04:05Z')
const micros = startMs * 1_000
const [alice, bob] = ['a', 'b'].map(letter => `did:plc:${letter.repeat(24)}`)
const events = [
  [alice, 'app.bsky.feed.post'],
  [bob, 'app.bsky.feed.like'],
  [alice, 'app.bsky.feedless.note'],
  [bob, 'com.example.app.bsky.feed.post'],
  [alice, ''],
  [bob, ''],
] as const

/** Each event comes a microsecond after the one before, which tells its number, from 1 up. */
async function logged(): Promise<EventLog> {
  const log = await openEventLog('memory:', {now: () => startMs})
  await log.append(events.map((_, i) => recordOf(i)))
  return log
}

const recordOf = (i: number): Uint8Array => {
  const [did, collection] = events[i % events.length]
  const kind = collection === '' ? rowKind.account : rowKind.delete
  const payload = kind === rowKind.account ? encodeCbor({active: true, did, seq: i + 1}) : new Uint8Array()
  const told = {did, kind, collection, rkey: 'a', rev: '3k2yihcrp6c2a', payload}
  return encodeRecord(told, {timeMicros: micros + i, seq: i + 1, left: 0})
}
const numberOf = (frame: unknown): number => (JSON.parse(frame as string) as {time_us: number}).time_us - micros + 1
const sizes = [0, 1, 2, 3, 4, 5, 6].map(i => decodeRecord(recordOf(i), i + 1).size)
const [longest] = sizes.toSorted((a, b) => b - a)

const asked = (query: string, headers = {}): ReturnType<typeof subscriptionOf> =>
  subscriptionOf(new Request(`http://jetstream/subscribe?${query}`, {headers}), true)

/** The numbers of the events that a reader gets before any that are live, one of which, the seventh, is then told. */
async function told(query: string, messages: readonly Frame[] = [], of?: EventLog): Promise<number[]> {
  const log = of ?? (await logged())
  const subscription = asked(query)
  if (typeof subscription === 'string') throw new Error(subscription)
  const incoming = new Channel<Frame>(8)
  for (const message of messages) incoming.offer(message)
  const stopping = new AbortController()
  const numbers: number[] = []
  const reading = (async () => {
    for await (const some of subscriber({log, archive: undefined}, subscription, stopping.signal, incoming)) {
      numbers.push(...some.map(numberOf))
    }
  })()
  // Nothing on the way from a log in memory waits for time.
  await Promise.race([reading, turns()])
  await log.append([recordOf(6)])
  await Promise.race([reading, turns()])
  stopping.abort()
  await reading
  return numbers
}

const update = (payload: unknown): string => JSON.stringify({type: 'options_update', payload})
const names = (count: number, distinct = count): string[] =>
  Array.from({length: count}, (_, i) => `com.example.n${i % distinct}`)
const dids = (count: number): string[] => Array.from({length: count}, (_, i) => `did:web:n${i}.example.com`)
const repeated = (key: string, values: readonly string[]): string => values.map(value => `${key}=${value}`).join('&')

suite('what a reader asks for in the URL', () => {
  const all = [1, 2, 3, 4, 5, 6, 7]
  for (const [query, expected] of [
    ['cursor=1', all],
    // An NSID is whole, and a prefix ends at a dot; accounts and identities pass either.
    ['cursor=1&wantedCollections=app.bsky.feed.post', [1, 5, 6, 7]],
    ['cursor=1&wantedCollections=app.bsky.feed.*', [1, 2, 5, 6, 7]],
    ['cursor=1&wantedCollections=app.bsky.*', [1, 2, 3, 5, 6, 7]],
    ['cursor=1&wantedCollections=no+nsid.*&wantedCollections=com.example.app.bsky.feed.post', [4, 5, 6]],
    [`cursor=1&wantedDids=${bob}`, [2, 4, 6]],
    [`cursor=1&wantedDids=${bob}&wantedCollections=app.bsky.feed.like`, [2, 6]],
    // A time of the first event wanted, or its number.
    [`cursor=${micros + 4}`, [5, 6, 7]],
    [`cursor=${micros - 3.6e9}`, all],
    [`cursor=${micros + 1e9}`, [7]],
    ['cursor=9000000000000000000', [7]],
    ['cursor=5', [5, 6, 7]],
    ['cursor=0', all],
    ['cursor=-5', all],
    ['cursor=8', [7]],
    ['cursor=999999999999999', [7]],
    ['', [7]],
    ['cursor=', [7]],
    // What is longer than this is left out; what is no size is no limit.
    [`cursor=1&maxMessageSizeBytes=${longest}`, all],
    [`cursor=1&maxMessageSizeBytes=${longest - 1}`, all.filter(number => sizes[number - 1] < longest)],
    ...['0', '', '-1', 'many', '1e1', '4294967296', '99999999999999999999'].map(
      size => [`cursor=1&maxMessageSizeBytes=${size}`, all] as const,
    ),
    // Exactly `true`, or nothing is waited for.
    ...['True', '1', 'yes', ''].map(value => [`cursor=1&requireHello=${value}`, all] as const),
    ['cursor=1&requireHello=true', []],
    // As many as there may be, and more that are the same.
    [`cursor=1&${repeated('wantedCollections', names(150, 100))}`, [5, 6]],
    [`cursor=1&${repeated('wantedDids', dids(10_000))}&wantedDids=did:web:n0.example.com`, []],
  ] as const) {
    test(`${query.slice(0, 80)} tells ${expected.join()}`, async () => deepEqual(await told(query), expected))
  }

  for (const query of [
    'wantedCollections=app.bsky.feed*',
    'wantedCollections=*',
    'wantedCollections=',
    'wantedCollections=post',
    repeated('wantedCollections', names(101)),
    'wantedDids=alice.example.com',
    'wantedDids=',
    repeated('wantedDids', dids(10_001)),
    'cursor=yesterday',
    'cursor=1.5',
    'cursor=1e15',
  ]) {
    test(`${query.slice(0, 60)} is refused`, () => equal(typeof asked(query), 'string'))
  }

  for (const [query, header, compress] of [
    ['compress=true', undefined, true],
    ['compress=True', undefined, false],
    ['compress=1', undefined, false],
    ['', 'zstd', true],
    ['', 'gzip, zstd', true],
    ['', 'gzip', false],
    ['', undefined, false],
  ] as const) {
    test(`${query || 'nothing'} with Socket-Encoding: ${header} ${compress ? 'compresses' : 'is plain'}`, () => {
      const subscription = asked(query, header ? {'socket-encoding': header} : {})
      equal(typeof subscription === 'object' && subscription.compress, compress)
    })
  }
})

test('a #sync is not told, for which v1 has no word', async () => {
  const log = await logged()
  const payload = encodeCbor({blocks: new Uint8Array(), did: bob})
  const sync = {did: bob, kind: rowKind.sync, collection: '', rkey: '', rev: '3k2yihcrp6c2a', payload}
  await log.append([encodeRecord(sync, {timeMicros: micros + 7, seq: 8, left: 0}), recordOf(8)])
  for (const query of ['cursor=1', 'cursor=7', `cursor=7&wantedDids=${alice}`, `cursor=7&wantedDids=${bob}`]) {
    const numbers = await told(query, [], log)
    deepEqual([numbers.includes(8), numbers.includes(9)], [false, !query.includes(bob)], query)
  }
})

suite('what a reader asks for in a message', () => {
  for (const [message, expected] of [
    [update({wantedCollections: ['app.bsky.feed.post']}), [1, 5, 6, 7]],
    [update({wantedDids: [bob], wantedCollections: null}), [2, 4, 6]],
    [update({maxMessageSizeBytes: -1}), [1, 2, 3, 4, 5, 6, 7]],
    [update({cursor: 5, compress: true}), [1, 2, 3, 4, 5, 6, 7]],
    [update({wantedCollections: names(150, 100)}), [5, 6]],
    // Nothing that is no options lets a reader in that waits for them.
    ['{"type":"something_later","payload":5}', []],
    ['{}', []],
    [new TextEncoder().encode(update({})), []],
  ] as const) {
    const shown = typeof message === 'string' ? message.slice(0, 80) : 'bytes'
    test(`${shown} tells ${expected.join()}`, async () => {
      deepEqual(await told('cursor=1&requireHello=true', [message]), expected)
    })
  }

  test('the whole filter is replaced: what the URL asks for counts no more', async () => {
    const messages = [update({wantedDids: [alice]}), update({wantedCollections: ['app.bsky.feed.like']})]
    deepEqual(await told(`cursor=1&requireHello=true&wantedDids=${bob}`, messages.slice(1)), [2, 5, 6])
    deepEqual(await told('cursor=1&requireHello=true', messages), [2, 5, 6])
  })

  test('without a cursor, live begins with the first options and not before', async () => {
    const log = await logged()
    const incoming = new Channel<Frame>(8)
    const subscription = asked('requireHello=true')
    if (typeof subscription === 'string') throw new Error(subscription)
    const frames = subscriber({log, archive: undefined}, subscription, new AbortController().signal, incoming)
    const first = frames.next()
    await log.append([recordOf(6)])
    incoming.offer(update({}))
    await turns()
    await log.append([recordOf(7)])
    equal(numberOf((await first).value?.[0]), 8)
    await frames.return(undefined)
  })

  for (const [message, code] of [
    ['not JSON', 1007],
    ['[]', 1007],
    ['5', 1007],
    ['{"type":5}', 1007],
    ['{"type":"options_update"}', 1007],
    [update('everything'), 1007],
    [update({wantedCollections: 'app.bsky.feed.post'}), 1007],
    [update({wantedDids: [5]}), 1007],
    [update({maxMessageSizeBytes: '5'}), 1007],
    [update({maxMessageSizeBytes: 1.5}), 1007],
    [update({wantedDids: ['alice']}), 1008],
    [update({wantedCollections: ['app.bsky.feed*']}), 1008],
    [update({wantedCollections: names(101)}), 1008],
    [update({wantedDids: dids(10_001)}), 1008],
  ] as const) {
    test(`${message.slice(0, 60)} closes with ${code}`, {timeout: 60_000}, async () => {
      await rejects(told('requireHello=true', [message]), {name: 'Farewell', code})
    })
  }
})
