/**
 * Many readers of /subscribe at once, by chance: live or from a cursor, of all or of some, as texts or as zstd, quick or
 * slow. Each gets each event that it wants once, in order. `SEED` gives one run again, `SCHEDULES` asks for more of them.
 */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {zstdDecompressSync} from 'node:zlib'
import {rowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {openSegments} from '#engines/event-log/segments.ts'
import {Chance, slowDisk} from '../../../test/slow-disk.ts'
import {runSeed} from '../../../test/random.ts'
import {Compression} from './compression.ts'
import {ownDictionary} from './jetstream.ts'
import {encodeRecord} from './log-record.ts'
import type {Store} from './pages.ts'
import {subscriber, subscriptionOf} from './subscriber.ts'

const schedules = Number(process.env.SCHEDULES ?? 8)
const compression = Compression.of(ownDictionary, 'JETSTREAM_EVENTS_DICTIONARY')
const didOf = (n: number): string => `did:plc:${'a'.repeat(23)}${n % 3}`
const collectionOf = (n: number): string => (n % 7 === 0 ? 'com.example.rare' : 'app.bsky.feed.post')
const microsOf = (n: number): number => 1_767_323_045_000_000 + n

const records = Array.from({length: 120}, (_, i) => {
  const n = i + 1
  const payload = encodeCbor({n, text: `${n} `.repeat(n % 11 === 0 ? 20_000 : 400)})
  const at = {collection: collectionOf(n), rkey: `r${n}`, rev: '3k2yihcrp6c2a', cid: cidOf(codecs.cbor, payload)}
  const told = {...at, kind: rowKind.create, did: didOf(n), payload} as const
  return encodeRecord(told, {timeMicros: microsOf(n), seq: n, left: 0})
})

const wishes: readonly [query: string, wants: (n: number) => boolean][] = [
  ['', () => true],
  [`wantedDids=${didOf(1)}`, n => n % 3 === 1],
  ['wantedCollections=com.example.rare', n => n % 7 === 0],
]

async function* silent(): AsyncGenerator<string> {}

async function follow(store: Store, cursor: number | undefined, last: number, chance: Chance): Promise<void> {
  const left = new AbortController()
  const [query, wants] = wishes[chance.upTo(wishes.length - 1)]
  const compress = chance.is(0.5)
  const subscription = subscriptionOf(new Request(`http://jetstream/subscribe?compress=${compress}&${query}`), true)
  ok(typeof subscription !== 'string')
  const first = cursor ?? store.log.bounds().last + 1
  const wanted = Array.from({length: last + 1 - first}, (_, i) => first + i).filter(wants)
  const slowness = chance.upTo(3) ** 2
  const got: number[] = []
  const asked = {...subscription, cursor, hasNumbers: true}
  const stream = subscriber(store, asked, left.signal, silent(), compress ? compression : undefined)
  for await (const frames of stream) {
    for (const frame of frames) {
      const text = typeof frame === 'string' ? frame : String(zstdDecompressSync(frame, compression))
      ok(compress === (typeof frame !== 'string'))
      const {cursor: n, time_us: micros, commit} = JSON.parse(text)
      deepEqual([micros, commit.rkey, commit.record.n], [microsOf(n), `r${n}`, n])
      got.push(n)
      equal(n, wanted[got.length - 1])
    }
    if (got.length >= wanted.length) left.abort()
    await chance.turns(slowness)
  }
  deepEqual(got, wanted)
}

async function schedule(seed: number): Promise<void> {
  const chance = new Chance(seed)
  const last = 30 + chance.upTo(records.length - 30)
  const log = await openSegments('log', {
    now: () => 1_767_323_045_000,
    segmentSizeMax: 50_000 + chance.upTo(400_000),
    recentSizeMax: 1 + chance.upTo(150_000),
    disk: slowDisk(chance),
  })
  const store: Store = {log, archive: undefined}
  const readers: Promise<void>[] = []
  const come = (): void => {
    const cursor = chance.is(0.5) ? undefined : 1 + chance.upTo(log.bounds().last)
    const reader = follow(store, cursor, last, new Chance(chance.upTo(2 ** 30)))
    reader.catch(() => {}) // told at the end
    readers.push(reader)
  }
  for (let i = chance.upTo(5); i >= 0; i--) come()
  while (log.next < last) {
    const first = log.next
    // The last few come alone: who lives on them comes before.
    const appended = log.append(records.slice(first - 1, Math.min(first + chance.upTo(6), last - 1)))
    if (chance.is(0.7)) await appended
    await chance.turns(4)
    if (chance.is(0.3)) come()
  }
  await log.append(records.slice(last - 1, last))
  await Promise.all(readers)
  await log.close()
}

test('each reader gets each event that it wants once, in order', {timeout: 60_000 + 500 * schedules}, async () => {
  for (let i = 0; i < schedules; i++) {
    const seed = (runSeed + i) % 2 ** 31
    await schedule(seed).catch((cause: unknown) => {
      throw new Error(`It fails with SEED=${seed}.`, {cause})
    })
  }
})
