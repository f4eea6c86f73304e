/**
 * `/export/stream`: every operation after a cursor, then each as it is taken. Whoever has caught up shares what is read
 * and written as JSON with all the others who have: thousands of readers cost one read.
 */
import {Farewell, type Frame} from '#std/wire/frames.ts'
import {Bell} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import {sequencedEntry} from './answers.ts'
import type {OperationStore} from './store/operation-store.ts'

/** How far back a cursor may be. */
const keptMs = 7 * 24 * 3_600_000
/** Operations read at a time: a reader may hold them for long. */
const pageMax = 100
/** Operations, as JSON, that wait for those who are a little behind. */
const sharedMax = 1_000
/** So far behind the newest a reader who had caught up is told that he is too slow. */
const behindMax = 5_000

/** Operations that follow each other, after the one at `after` up to that at `last`. */
interface Page {
  readonly after: number
  readonly last: number
  readonly seqs: readonly number[]
  readonly frames: readonly Frame[]
}

export interface StreamBounds {
  readonly behindMax: number
}

export class ExportStream {
  readonly #store: Pick<OperationStore, 'after' | 'newest'>
  readonly #world: Pick<World, 'now'>
  readonly #behindMax: number
  readonly #taken = new Bell()
  /** Without a gap between them; the last ends where the newest reader stands. */
  #shared: Page[] = []
  #sharedCount = 0
  #end = 0
  #reading: {readonly after: number; readonly page: Promise<Page>} | undefined
  #wakes = 0

  constructor(
    store: Pick<OperationStore, 'after' | 'newest'>,
    world: Pick<World, 'now'>,
    bounds: StreamBounds = {behindMax},
  ) {
    this.#store = store
    this.#world = world
    this.#behindMax = bounds.behindMax
  }

  /** To be called when something was taken. */
  wake(): void {
    this.#wakes++
    this.#taken.ring()
  }

  /** Frames for one reader; without a cursor from now on. Ends by a `Farewell` that says why it cannot go on. */
  async *follow(cursor: number | undefined, signal: AbortSignal): AsyncGenerator<readonly Frame[], void> {
    const newest = (await this.#store.newest()).seq
    let seq = cursor ?? newest
    if (seq > newest) throw new Farewell('FutureCursor')
    if (cursor !== undefined) await this.#assertKept(cursor)
    let isLive = cursor === undefined
    while (!signal.aborted) {
      const before = this.#wakes
      const {last, frames} = await this.#page(seq)
      if (frames.length === 0) {
        isLive = true
        if (this.#wakes === before) await this.#taken.wait(signal).catch(() => {})
        continue
      }
      yield frames
      seq = last
      if (frames.length < pageMax) continue
      const behind = (await this.#store.newest()).seq - seq
      if (isLive && behind > this.#behindMax) throw new Farewell('ConsumerTooSlow')
      if (!isLive) await this.#assertKept(seq)
    }
  }

  async #assertKept(cursor: number): Promise<void> {
    const [next] = await this.#store.after(cursor, 1)
    if (next && next.takenMs < this.#world.now() - keptMs) throw new Farewell('OutdatedCursor')
  }

  /** What follows `seq`; no frames when nothing does. */
  async #page(seq: number): Promise<Page> {
    const begin = this.#shared[0]?.after ?? this.#end
    if (seq < begin) return this.#read(seq)
    if (seq < this.#end) {
      const page = this.#shared.find(({last}) => last > seq) as Page
      return page.after === seq ? page : slicedAfter(page, seq)
    }
    if (seq > this.#end) {
      this.#shared = []
      this.#sharedCount = 0
      this.#end = seq
    }
    if (this.#reading?.after === seq) return this.#reading.page
    const reading = {after: seq, page: this.#readOn(seq)}
    this.#reading = reading
    try {
      return await reading.page
    } finally {
      if (this.#reading === reading) this.#reading = undefined
    }
  }

  /** Reads on at the end, for all who stand there. */
  async #readOn(seq: number): Promise<Page> {
    const page = await this.#read(seq)
    if (page.frames.length === 0 || this.#end !== seq) return page
    this.#shared.push(page)
    this.#sharedCount += page.frames.length
    this.#end = page.last
    while (this.#sharedCount > sharedMax) this.#sharedCount -= this.#shared.shift()?.frames.length ?? 0
    return page
  }

  async #read(seq: number): Promise<Page> {
    const operations = await this.#store.after(seq, pageMax)
    const seqs = operations.map(operation => operation.seq)
    const frames = operations.map(operation => JSON.stringify(sequencedEntry(operation)))
    return {after: seq, last: seqs.at(-1) ?? seq, seqs, frames}
  }
}

function slicedAfter({last, seqs, frames}: Page, after: number): Page {
  const from = seqs.findIndex(seq => seq > after)
  return {after, last, seqs: seqs.slice(from), frames: frames.slice(from)}
}
