/** A cache of strangers' documents, bounded by what they weigh: one may be a thousand times another. */

interface Entry<V> {
  readonly value: V
  readonly weight: number
  readonly untilMs: number
}

export class WeightedCache<K, V> {
  readonly #weightMax: number
  readonly #now: () => number
  /** The least lately used first. */
  readonly #entries = new Map<K, Entry<V>>()
  #weight = 0

  constructor(weightMax: number, now: () => number) {
    this.#weightMax = weightMax
    this.#now = now
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (entry.untilMs <= this.#now()) {
      this.#weight -= entry.weight
      return undefined
    }
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Those that were used longest ago make room; what is too heavy by itself is not kept. */
  set(key: K, value: V, weight: number, lifeMs = Infinity): void {
    this.#drop(key)
    if (weight > this.#weightMax) return
    for (const oldest of this.#entries.keys()) {
      if (this.#weight + weight <= this.#weightMax) break
      this.#drop(oldest)
    }
    this.#entries.set(key, {value, weight, untilMs: this.#now() + lifeMs})
    this.#weight += weight
  }

  #drop(key: K): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0
    this.#entries.delete(key)
  }
}
