/**
 * The firehose as consumers see it. Events are written by the stores, in the transaction of what they tell of; here
 * each consumer reads them from its own place, so a slow one holds up nobody and none is cut off for catching up.
 */
import {Bell} from '#std/async.ts'
import type {RepoStore} from './repo-store.ts'

/** Frames read at a time. */
const pageSize = 256

export class Sequencer {
  readonly #store: Pick<RepoStore, 'eventsAfter' | 'eventBounds'>
  readonly #news = new Bell()
  /** The newest page, which all consumers at the end of the log share: so a frame is put on the wire once for all. */
  #newest: {after: number; page: Promise<Awaited<ReturnType<RepoStore['eventsAfter']>>>} | undefined

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
      const news = this.#news.wait(signal).catch(() => {}) // before the look, so that none slips in between
      const page = await this.#page(after)
      if (page.length === 0) await news
      else {
        after = page[page.length - 1].seq
        yield framesOf(page)
      }
    }
  }

  #page(after: number) {
    if (this.#newest?.after === after) return this.#newest.page
    const page = this.#store.eventsAfter(after, pageSize)
    this.#newest = {after, page}
    return page
  }
}

type Page = Awaited<ReturnType<RepoStore['eventsAfter']>>
const frames = new WeakMap<Page, readonly Uint8Array[]>()

/** The same array for the same page: a listener frames it once for all consumers. */
function framesOf(page: Page): readonly Uint8Array[] {
  const known = frames.get(page)
  if (known) return known
  const made = page.map(({frame}) => frame)
  frames.set(page, made)
  return made
}
