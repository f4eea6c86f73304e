/**
 * Pages of events as they are lent to consumers. Those who stand at the same place share one, and the last few are held
 * for whoever comes after. Their memory is freed with their last holder: a replay reads so much and keeps so little of
 * it that looking for garbage was half of its work.
 */
import {PassingBuffers} from '#engines/young-heap.ts'
import type {EventPage, EventStore} from '../store/events/event-store.ts'

/**
 * Pages that are held for whoever comes after, two megabytes as a rule. By weak references there could be more of them;
 * but V8 lets go of what one points to only when it looks through the whole heap, and of a replay 60 MB waited for that.
 */
const sharedMax = 16

/** A look into the store that is under way, or was the last and found nothing. */
interface Reading {
  readonly after: number
  /** Who waits for it. */
  waiting: number
  readonly page: Promise<EventPage>
}

export class EventPages {
  readonly #store: Pick<EventStore, 'pageAfter'>
  #newest: Reading | undefined
  /** The pages that were read last, by where they begin. */
  readonly #shared = new Map<number, EventPage>()
  /** How many hold each; what nobody holds may go. */
  readonly #holders = new WeakMap<EventPage, number>()
  /** Pages that a consumer has kept frames of. */
  readonly #kept = new PassingBuffers(4 * 2 ** 20, 8)

  constructor(store: Pick<EventStore, 'pageAfter'>) {
    this.#store = store
  }

  /** There is more to read than there was. */
  readonly notify = (): void => {
    this.#newest = undefined
  }

  /** The events after `after`. A page that has any is the caller's until it says `letGo`. */
  take(after: number): Promise<EventPage> | EventPage {
    const shared = this.#shared.get(after)
    if (shared) {
      this.#hold(shared, 1)
      return shared
    }
    let reading = this.#newest
    if (reading?.after !== after) reading = this.#newest = this.#read(after)
    reading.waiting++
    return reading.page
  }

  /** To be said once for each page that was taken. */
  letGo(page: EventPage): void {
    const left = (this.#holders.get(page) ?? 0) - 1
    if (left > 0) return void this.#holders.set(page, left)
    this.#holders.delete(page)
    const size = page.frames?.wire.length ?? 0
    if (page.frames?.free() === false) this.#kept.passed(size)
  }

  #hold(page: EventPage, count: number): void {
    this.#holders.set(page, (this.#holders.get(page) ?? 0) + count)
  }

  #read(after: number): Reading {
    const isOver = (): void => {
      if (this.#newest === reading) this.#newest = undefined
    }
    const page = this.#store.pageAfter(after).then(
      page => {
        // Nobody need look again where there is nothing, until there is news.
        if (!page.frames) return page
        isOver()
        this.#hold(page, reading.waiting)
        this.#share(after, page)
        return page
      },
      (error: unknown) => {
        isOver()
        throw error
      },
    )
    const reading: Reading = {after, waiting: 0, page}
    return reading
  }

  #share(after: number, page: EventPage): void {
    const former = this.#shared.get(after)
    this.#hold(page, 1)
    this.#shared.set(after, page)
    if (former) return this.letGo(former)
    if (this.#shared.size <= sharedMax) return
    const [[oldestAfter, oldest]] = this.#shared
    this.#shared.delete(oldestAfter)
    this.letGo(oldest)
  }
}
