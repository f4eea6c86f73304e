/**
 * The firehose as consumers see it. Events are written by the stores, in the transaction of what they tell of; here
 * each consumer reads them from its own place, so a slow one holds up nobody and none is cut off for catching up.
 */
import {Bell} from '#std/async.ts'
import type {EventPage, RepoStore} from './repo-store.ts'

/** Places that are remembered; more than that are forgotten together. */
const sharedMax = 256

export class Sequencer {
  readonly #store: Pick<RepoStore, 'eventsAfter' | 'eventBounds'>
  readonly #news = new Bell()
  /** The newest page, which all consumers at the end of the log share: so a frame is put on the wire once for all. */
  #newest: {after: number; page: Promise<EventPage>} | undefined
  /** Pages by where they begin, for as long as a consumer holds them: those who come after it are given the same. */
  readonly #shared = new Map<number, WeakRef<EventPage>>()

  constructor(store: Pick<RepoStore, 'eventsAfter' | 'eventBounds'>) {
    this.#store = store
  }

  /** An event has been made durable. */
  readonly notify = (): void => {
    this.#newest = undefined
    this.#news.ring()
  }

  bounds(): Promise<{first: number; last: number}> {
    return this.#store.eventBounds()
  }

  /** Frames in order after `seq`: those kept, then new ones, without a gap, until the signal aborts. */
  async *follow(seq: number, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    let after = seq
    while (!signal.aborted) {
      let page = await this.#page(after)
      if (page.frames.length === 0) {
        const news = this.#news.wait(signal).catch(() => {})
        page = await this.#page(after) // anew, if there was news before the wait began
        if (page.frames.length === 0) await news
      }
      if (page.frames.length > 0) {
        after = page.lastSeq
        yield page.frames // the same array for all, so that a listener puts it in wire form once
      }
    }
  }

  #page(after: number): Promise<EventPage> | EventPage {
    const shared = this.#shared.get(after)?.deref()
    if (shared) return shared
    if (this.#newest?.after === after) return this.#newest.page
    const page = this.#read(after)
    this.#newest = {after, page}
    return page
  }

  async #read(after: number): Promise<EventPage> {
    const page = await this.#store.eventsAfter(after)
    if (this.#shared.size >= sharedMax) this.#shared.clear()
    if (page.frames.length > 0) this.#shared.set(after, new WeakRef(page))
    return page
  }
}
