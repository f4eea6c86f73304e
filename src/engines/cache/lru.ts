/** A bounded cache in this process: what was used longest ago goes first, and what is too old is not there. */

export interface LruOptions {
  readonly countMax: number
  /** How long an entry holds after it was set, unless `set` says otherwise. */
  readonly ttlMs?: number
  /** Milliseconds; only differences count. */
  readonly now: () => number
}

export class Lru<K, V> {
  readonly #options: LruOptions
  /** From the one used longest ago to the newest: a `Map` keeps the order of insertion. */
  readonly #entries = new Map<K, {value: V; until: number}>()

  constructor(options: LruOptions) {
    this.#options = options
  }

  /** Entries held, those among them that are too old and not yet gone too. */
  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (entry.until <= this.#options.now()) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: K, value: V, ttlMs = this.#options.ttlMs ?? Infinity): void {
    this.#entries.delete(key)
    this.#entries.set(key, {value, until: this.#options.now() + ttlMs})
    if (this.#entries.size <= this.#options.countMax) return
    const [oldest] = this.#entries.keys()
    this.#entries.delete(oldest)
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }
}
