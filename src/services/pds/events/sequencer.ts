/**
 * The firehose as consumers see it. Events are written by the stores, in the transaction of what they tell of; here
 * each consumer reads them from its own place, so a slow one holds up nobody and none is cut off for catching up.
 */
import {Bell} from '#std/waiting/async.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import type {WireFrames} from '#std/wire/wire-frames.ts'
import type {EventStore} from '../store/events/event-store.ts'
import {EventPages} from './event-pages.ts'

/** For whoever asks for events that are gone: word for word as the official server says it. */
const outdated = [
  encodeMessageFrame('#info', {
    name: 'OutdatedCursor',
    message: 'Requested cursor exceeded limit. Possibly missing events',
  }),
]

/** Somebody who follows the firehose. */
export interface Follower {
  /** Who it is, as far as is known. */
  readonly who: string
  /** The last seq that went to it. */
  readonly seq: number
}

export class Sequencer {
  readonly #store: Pick<EventStore, 'pageAfter' | 'bounds'>
  /** Up to here events are gone because of their age or their size. */
  #prunedTo: number
  readonly #news = new Bell()
  readonly #pages: EventPages
  readonly #followers = new Set<{who: string; seq: number}>()

  constructor(store: Pick<EventStore, 'pageAfter' | 'bounds'>, prunedTo = 0) {
    this.#store = store
    this.#pages = new EventPages(store)
    this.#prunedTo = prunedTo
  }

  /** Events up to `seq` are gone: whoever stands before is told so. */
  readonly pruned = (seq: number): void => {
    this.#prunedTo = seq
  }

  /** An event has been made durable. */
  readonly notify = (): void => {
    this.#pages.notify()
    this.#news.ring()
  }

  /** Whoever follows now. */
  followers(): readonly Follower[] {
    return [...this.#followers]
  }

  bounds(): Promise<{first: number; last: number}> {
    return this.#store.bounds()
  }

  /**
   * Frames in order after `seq`: those kept, then new ones, without a gap, until the signal aborts. Where there is one,
   * since the next events are gone already, a frame `#info` says so (spec: event stream, "Cursors"). `who` follows is for
   * whoever runs the server.
   */
  async *follow(seq: number, signal: AbortSignal, who = ''): AsyncGenerator<readonly Uint8Array[] | WireFrames> {
    const follower = {who, seq}
    this.#followers.add(follower)
    try {
      yield* this.#frames(follower, signal)
    } finally {
      this.#followers.delete(follower)
    }
  }

  async *#frames(follower: {seq: number}, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[] | WireFrames> {
    let after = follower.seq
    while (!signal.aborted) {
      if (after < this.#prunedTo) {
        after = this.#prunedTo
        yield outdated
      }
      let page = await this.#pages.take(after)
      if (!page.frames) {
        const news = this.#news.wait(signal).catch(() => {})
        page = await this.#pages.take(after) // anew, if there was news before the wait began
        if (!page.frames) await news
      }
      if (page.frames) {
        after = page.lastSeq
        follower.seq = after
        try {
          yield page.frames
        } finally {
          this.#pages.letGo(page)
        }
      }
    }
  }
}
