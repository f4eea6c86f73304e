/** Seeded chance for tests, and made-up keys and values to build trees of. */
import {toUtf8} from '../src/std/text.ts'
import {cidOf, codecs} from '../src/atp/data/cid.ts'
import type {Cid} from '../src/atp/data/cid.ts'

/** The seed of this run: `SEED` from the environment, or a new one. Tests print it when they fail. */
export const runSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** A small generator of numbers in [0, 1): the same seed gives the same numbers for ever. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const cidFor = (text: string): Cid => cidOf(codecs.cbor, toUtf8(text))

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = items.slice()
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

const collections = ['app.bsky.feed.post', 'app.bsky.feed.like', 'app.bsky.graph.follow', 'A0', 'z']

/** A path out of about `variety` possible ones, so that edits meet each other. */
export function randomKey(random: () => number, variety: number): string {
  const n = Math.floor(random() * variety)
  return `${collections[n % collections.length]}/3k${((n * 2654435761) % 2 ** 32).toString(36)}`
}
