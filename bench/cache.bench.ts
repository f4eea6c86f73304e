/**
 * The cache of this process against `lru-cache`, as the services use it: a hundred thousand numbers or DIDs, most looks
 * a hit, some with an age. What it costs before anything is in it is a figure of its own.
 */
import {LRUCache} from 'lru-cache'
import {Lru} from '#engines/cache/lru.ts'
import {contest, figure} from './measure.ts'
import {seeded} from '../test/random.ts'

const theirName = 'lru-cache'
const countMax = 100_000
const random = seeded(1)
/** As a decoder gives them: one flat string each. */
const dids = Array.from({length: 2 * countMax}, (_, i) =>
  Buffer.from(`did:plc:${i.toString(36).padStart(24, 'a')}`).toString('latin1'),
)
const picks = (from: number, to: number): number[] =>
  Array.from({length: 10_000}, () => from + Math.floor(random() * (to - from)))
const value = {}

interface Cache<K> {
  get(key: K): unknown
  set(key: K, value: object): unknown
}

const full = <K, C extends Cache<K>>(cache: C, keys: readonly K[]): C => {
  for (const key of keys) cache.set(key, value)
  return cache
}
const numbers = dids.map((_, i) => i)
const now = (): number => Date.now()
const ttl = 3_600_000

async function compare<K>(title: string, keys: readonly K[], asked: readonly number[], ttlMs?: number): Promise<void> {
  const own = full(new Lru<K, object>({countMax, ttlMs, now: ttlMs ? now : () => 0}), keys)
  const library = full(
    new LRUCache<K & {}, object>({
      max: countMax,
      ...(ttlMs && {ttl: ttlMs, ttlResolution: 0, perf: {now}}),
    }) as Cache<K>,
    keys,
  )
  const look = (cache: Cache<K>) => (): void => {
    for (const i of asked) if (cache.get(keys[i]) === undefined) cache.set(keys[i], value)
  }
  await contest({
    title,
    unit: 'looks',
    work: asked.length,
    contenders: {wholesky: look(own), [theirName]: look(library)},
  })
}

const held = picks(countMax, 2 * countMax)
const few = held.map((_, i) => held[i % 500])
await compare('a DID that is there', dids, held)
await compare('a DID that is there, of five hundred', dids, few)
await compare('a number that is there', numbers, held)
await compare('a number that is there, of five hundred', numbers, few)
await compare('a DID that is there, with an age', dids, held, ttl)
await compare('a DID, of five hundred, with an age', dids, few, ttl)
await compare('a DID that is there half the time, and then is set', dids, picks(0, 2 * countMax))

function emptyBytes(make: () => unknown): number {
  const made: unknown[] = []
  gc!()
  const {heapUsed, arrayBuffers} = process.memoryUsage()
  for (let i = 0; i < 10; i++) made.push(make())
  gc!()
  const after = process.memoryUsage()
  return (after.heapUsed + after.arrayBuffers - heapUsed - arrayBuffers) / made.length
}
figure(
  'wholesky, empty',
  emptyBytes(() => new Lru({countMax, now})),
  'bytes',
)
figure(
  `${theirName}, empty`,
  emptyBytes(() => new LRUCache({max: countMax})),
  'bytes',
)
