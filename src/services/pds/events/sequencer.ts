/**
 * The firehose as consumers see it. Events are written by the stores, in the transaction of what they tell of; here
 * each consumer reads them from its own place, so a slow one holds up nobody and none is cut off for catching up.
 */
import {Bell} from '#std/waiting/async.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import type {EventPage, RepoStore} from '../store/repo-store.ts'

/**
 * Pages that are held for whoever comes after, two megabytes as a rule. By weak references there could be more of them;
 * but V8 lets go of what one points to only when it looks through the whole heap, and of a replay 60 MB waited for that.
 */
const sharedMax = 16

/** For whoever asks for events that are gone: word for word as the official server says it. */
const outdated = [
  encodeMessageFrame('#info', {
    name: 'OutdatedCursor',
    message: 'Requested cursor exceeded limit. Possibly missing events',
  }),
]

export class Sequencer {
  readonly #store: Pick<RepoStore, 'eventsAfter' | 'eventBounds'>
  /** Up to here events are gone because of their age or their size. */
  #prunedTo: number
  readonly #news = new Bell()
  /** The newest page, which all consumers at the end of the log share: so a frame is put on the wire once for all. */
  #newest: {after: number; page: Promise<EventPage>} | undefined
  /** The pages that were read last, by where they begin: consumers that come one after the other are given the same. */
  readonly #shared = new Map<number, EventPage>()

  constructor(store: Pick<RepoStore, 'eventsAfter' | 'eventBounds'>, prunedTo = 0) {
    this.#store = store
    this.#prunedTo = prunedTo
  }

  /** Events up to `seq` are gone: whoever stands before is told so. */
  readonly pruned = (seq: number): void => {
    this.#prunedTo = seq
  }

  /** An event has been made durable. */
  readonly notify = (): void => {
    this.#newest = undefined
    this.#news.ring()
  }

  bounds(): Promise<{first: number; last: number}> {
    return this.#store.eventBounds()
  }

  /**
   * Frames in order after `seq`: those kept, then new ones, without a gap, until the signal aborts. Where there is one,
   * since the next events are gone already, a frame `#info` says so (spec: event stream, "Cursors").
   */
  async *follow(seq: number, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    let after = seq
    while (!signal.aborted) {
      if (after < this.#prunedTo) {
        after = this.#prunedTo
        yield outdated
      }
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
    const shared = this.#shared.get(after)
    if (shared) return shared
    if (this.#newest?.after === after) return this.#newest.page
    const page = this.#read(after)
    this.#newest = {after, page}
    return page
  }

  async #read(after: number): Promise<EventPage> {
    const page = await this.#store.eventsAfter(after)
    if (page.frames.length === 0) return page
    this.#shared.set(after, page)
    if (this.#shared.size > sharedMax) {
      const [oldest] = this.#shared.keys()
      this.#shared.delete(oldest)
    }
    return page
  }
}
