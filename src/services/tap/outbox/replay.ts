/**
 * Events read by their number, beside the queue: every reader has all of them, as far back as they are kept, and nobody
 * acknowledges anything. Where to go on a reader knows by the last number that it has dealt with.
 */
import type {Bell} from '#std/waiting/async.ts'
import type {WireFrames} from '#std/wire/wire-frames.ts'
import type {World} from '#std/world.ts'
import type {OutboxStore} from '../store/outbox-store.ts'
import {framesOf} from './frames.ts'
import {countOf, freePage} from './page.ts'

const readMax = {count: 64, size: 1024 * 1024} as const
const idleMs = 1_000
/** How often it is looked what is too old to be kept. */
const pruneEveryMs = 10_000

/** Why a cursor leads nowhere, in a sentence. */
export async function cursorFault(store: Pick<OutboxStore, 'bounds'>, cursor: string): Promise<string | undefined> {
  const id = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN
  if (!Number.isSafeInteger(id)) return 'The cursor has to be the number of an event, or 0.'
  const {first, next} = await store.bounds()
  if (id >= next) return `FutureCursor: there are no events yet after ${next - 1}.`
  if (id > 0 && id < first - 1) return `CursorTooOld: the oldest event that is kept is ${first}. 0 begins with it.`
  return undefined
}

interface Deps {
  readonly store: Pick<OutboxStore, 'kept'>
  /** Rings when there are more. */
  readonly made: Bell
  readonly world: Pick<World, 'sleep'>
}

/** The events after a number, then each new one, until the signal aborts. */
export async function* replay(
  {store, made, world}: Deps,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<WireFrames> {
  for (let id = after; !signal.aborted;) {
    const pages = await store.kept(id, readMax)
    const ranges = pages.map(page => ({page, from: Math.max(0, id + 1 - page.id), to: countOf(page)}))
    const last = pages.at(-1)
    if (last) {
      id = last.id + countOf(last) - 1
      const frames = framesOf(ranges)
      for (const page of pages) freePage(page)
      yield frames
      frames.free()
    } else await made.waitUpTo(idleMs, world, signal).catch(() => {})
  }
}

interface PruneDeps {
  readonly store: Pick<OutboxStore, 'prune'>
  readonly windowMs: number
  readonly sizeMax: number
  readonly world: Pick<World, 'now' | 'sleep'>
  /** Told when events that nobody had acknowledged may be gone. */
  readonly pruned: () => Promise<void>
}

/** Forgets what is older than it is kept, until the signal aborts. */
export async function pruneOld(deps: PruneDeps, signal: AbortSignal): Promise<void> {
  const {store, windowMs, sizeMax, world, pruned} = deps
  for (;;) {
    let count = 0
    for (let some; (some = await store.prune(world.now() - windowMs, sizeMax)) > 0;) {
      count += some
      await world.sleep(0, signal)
    }
    if (count > 0) await pruned()
    await world.sleep(pruneEveryMs, signal)
  }
}
