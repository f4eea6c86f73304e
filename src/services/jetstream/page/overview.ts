/** How a Jetstream gets on: what comes, who reads and how far behind, what was left out and why, what is kept. */
import type {EventLog} from '#engines/event-log/event-log.ts'
import type {World} from '#std/world.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import type {Archive} from '../archive/archive.ts'

/** One open subscription. Who it is stays unsaid: a Jetstream is read by anyone, and so is its page. */
export interface Reader {
  readonly path: string
  readonly connectedMs: number
  /** The last event that it has been given, or that its filter has passed over. */
  through: number
  /** Events that it was given. */
  sent: number
}

export interface Shown {
  readonly upstream: string
  readonly isConnected: boolean
  /** How old the newest event was when it was written; undefined before the first. */
  readonly lagMs: number | undefined
  /** A second, over the last few. */
  readonly received: number
  readonly sent: number
  readonly readerCount: number
  /** Those that are furthest behind. */
  readonly readers: readonly (Reader & {readonly behind: number})[]
  /** How many events were left out since the start, the most frequent reason first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[]
  readonly log: {readonly first: number; readonly last: number; readonly size: number}
  readonly archive: ArchiveShown | undefined
}

interface ArchiveShown {
  readonly segments: number
  readonly first: number
  readonly sealedTip: number
  readonly last: number
  readonly size: number
  /** Taken out by compaction since the start. */
  readonly compacted: number
}

interface Deps {
  readonly upstream: string
  readonly eventLog: Pick<EventLog, 'bounds' | 'size'>
  readonly archive: Pick<Archive, 'sealed' | 'first' | 'sealedTip' | 'last' | 'size'> | undefined
  readonly world: Pick<World, 'now'>
}

/** Nothing is gathered more often than this, however many look; and a rate is of at least so long. */
const freshMs = 1_000
const readersShown = 20

export class Overview {
  isConnected = false
  /** Taken out of the archive by compaction. */
  compacted = 0
  readonly #deps: Deps
  readonly #readers = new Set<Reader>()
  readonly #reasons = new Map<string, number>()
  #lagMs: number | undefined
  #received = 0
  #sent = 0
  #before: {readonly ms: number; readonly received: number; readonly sent: number}
  #shown: Shown | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#before = {ms: deps.world.now(), received: 0, sent: 0}
  }

  took(events: readonly StreamEvent[]): void {
    this.isConnected = true
    this.#received += events.length
    const newest = events.findLast(event => event.t !== '#info')
    if (newest) this.#lagMs = Math.max(0, this.#deps.world.now() - Date.parse(newest.time))
  }

  /** Counts what was left out; reasons are those of our own code, so they are few. */
  leftOut(reason: string): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
  }

  reader(path: string): Reader {
    return {path, connectedMs: this.#deps.world.now(), through: this.#deps.eventLog.bounds().last, sent: 0}
  }

  /** The frames as they are, with `reader` among the readers until there are no more of them. */
  async *counted(reader: Reader, frames: Frames): Frames {
    this.#readers.add(reader)
    try {
      for await (const some of frames) {
        yield some
        const count = countOf(some)
        reader.sent += count
        this.#sent += count
      }
    } finally {
      this.#readers.delete(reader)
    }
  }

  show(): Shown {
    const nowMs = this.#deps.world.now()
    const passedMs = nowMs - this.#before.ms
    // A clock that was put back is no reason to show what is old.
    if (this.#shown && passedMs >= 0 && passedMs < freshMs) return this.#shown
    const {upstream, eventLog, archive} = this.#deps
    const perSecond = (count: number): number => (passedMs > 0 ? Math.round((count * 1_000) / passedMs) : 0)
    const {first, last} = eventLog.bounds()
    const behind = [...this.#readers].map(reader => ({...reader, behind: Math.max(0, last - reader.through)}))
    this.#shown = {
      upstream,
      isConnected: this.isConnected,
      lagMs: this.#lagMs,
      received: perSecond(this.#received - this.#before.received),
      sent: perSecond(this.#sent - this.#before.sent),
      readerCount: behind.length,
      readers: behind.toSorted((a, b) => b.behind - a.behind).slice(0, readersShown),
      reasons: [...this.#reasons].toSorted(([, a], [, b]) => b - a),
      log: {first, last, size: eventLog.size},
      archive: archive && {
        segments: archive.sealed.length,
        first: archive.first,
        sealedTip: archive.sealedTip,
        last: archive.last,
        size: archive.size,
        compacted: this.compacted,
      },
    }
    this.#before = {ms: nowMs, received: this.#received, sent: this.#sent}
    return this.#shown
  }
}

const countOf = (some: Frame | readonly Frame[] | {readonly count: number}): number => {
  if (typeof some === 'string' || some instanceof Uint8Array) return 1
  return 'count' in some ? some.count : some.length
}
