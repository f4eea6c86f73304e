/**
 * Throws away what has run out: tokens and codes, browsers, uploads that nobody used, accounts whose time has come. What a
 * full disk keeps from going, goes at a later round.
 */
import {unlessFull} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import type {Blobs} from './blobs/blobs.ts'

const everyMs = 3_600_000
/** Rounds until rows and files of blobs are compared again. */
const roundsBetweenChecks = 24

export interface HousekeepingOptions {
  blobs: Pick<Blobs, 'sweep' | 'check'>
  /** What each of the others throws away, in this order: one act each, and again while it gives true. */
  sweeps: readonly (() => Promise<unknown>)[]
  world: Pick<World, 'sleep'>
}

/** Goes round each hour, until the signal aborts. The blobs come first: they may have been left by a crash. */
export async function keepHouse({blobs, sweeps, world}: HousekeepingOptions, signal: AbortSignal): Promise<void> {
  for (let rounds = 0; ; rounds++) {
    await unlessFull(async () => {
      await blobs.sweep(signal)
      if (rounds % roundsBetweenChecks === 0) await blobs.check(signal)
    })
    await world.sleep(everyMs, signal)
    await unlessFull(async () => {
      for (const sweep of sweeps) while ((await sweep()) === true && !signal.aborted);
    })
  }
}
