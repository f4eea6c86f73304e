/** Which events a reader of `subscribeEvents` wants. */
import {faultOf, isPrefix, soughtOf, type Sought, type Wanted} from '../archive/sought.ts'
import {kindName, type KindName, type TellableRow} from '../told.ts'

/** As a reader asks; what is left out lets everything pass. */
export interface Asked extends Wanted {
  readonly maxMessageSizeBytes: number
}

/** Lets pass what its three members do. */
export class EventsFilter {
  readonly #kinds: ReadonlySet<KindName> | undefined
  readonly #dids: ReadonlySet<string> | undefined
  readonly #collections: ReadonlySet<string> | undefined
  /** Each with its dot: `app.bsky.feed.`. */
  readonly #prefixes: readonly string[]
  /** Bytes of a frame before it is compressed. */
  readonly sizeMax: number
  readonly #asked: Asked
  #sought: Sought | undefined

  private constructor(asked: Asked) {
    const {kinds = [], dids = [], collections = [], maxMessageSizeBytes} = asked
    this.#asked = asked
    this.#kinds = kinds.length > 0 ? new Set(kinds) : undefined
    this.#dids = dids.length > 0 ? new Set(dids) : undefined
    this.#collections = collections.length > 0 ? new Set(collections.filter(name => !isPrefix(name))) : undefined
    this.#prefixes = collections.filter(isPrefix).map(name => name.slice(0, -1))
    this.sizeMax = maxMessageSizeBytes > 0 ? maxMessageSizeBytes : Infinity
  }

  /** The filter, or a sentence that says what is wrong. */
  static of(asked: Asked): EventsFilter | string {
    return faultOf(asked) ?? new EventsFilter(asked)
  }

  /** What may pass, as the archive looks for it. */
  get sought(): Sought {
    return (this.#sought ??= soughtOf(this.#asked))
  }

  /** Whether everything passes. */
  get isOpen(): boolean {
    return !this.#kinds && !this.#dids && !this.#collections && this.sizeMax === Infinity
  }

  /** Whether an event passes, but for its size. */
  passes(record: TellableRow): boolean {
    if (this.#dids && !this.#dids.has(record.did)) return false
    if (!this.#kinds && !this.#collections) return true
    const kind = kindName(record.kind)
    if (this.#kinds && !this.#kinds.has(kind)) return false
    if (kind !== 'commit' || !this.#collections || this.#collections.has(record.collection)) return true
    return this.#prefixes.some(prefix => record.collection.startsWith(prefix))
  }
}
