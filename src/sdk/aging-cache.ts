/**
 * Answers that grow old. A fresh one is given as it is; a stale one is given too, while a newer one is fetched behind
 * it; one past that is waited for. Failures are remembered for a short while, so that a name that leads nowhere costs
 * its owner's server and us one look and not one for each mention. Bounded in number, and by weight where strangers say
 * how long an answer is: the answer unused for longest goes first.
 */
import {SingleFlight} from '#std/waiting/async.ts'
import type {Explained, Result} from '#std/result.ts'

/** `reason` is a kebab-case code; `passing` means that the next try may well succeed. */
export interface Failure extends Explained {
  readonly passing: boolean
}
export type Looked<T, F extends Failure = Failure> = Result<{value: T}, F>

export interface Ages {
  readonly freshMs: number
  /** From when an answer was fetched, as `freshMs` is. */
  readonly staleMs: number
  readonly failureMs: number
  readonly countMax: number
}

/** What the answers together may weigh, in whatever `of` says: characters, say. */
export interface Weights<K, T> {
  readonly max: number
  of(key: K, answer: T): number
}

interface Entry<T> {
  readonly answer: T
  readonly weight: number
  /** When it was fetched. */
  readonly at: number
  /** When a newer one was last looked for. */
  readonly triedAt: number
  /** From when a newer one is looked for. */
  readonly freshUntil: number
  /** It may be over. */
  readonly doubted?: boolean
  /** It was asked for since it came to the end of the queue. */
  used?: boolean
}

/** How soon an answer in doubt, for which a newer one was looked for in vain, is looked for again. */
const doubtedMs = 2_000
/** Entries that are put to the end at a time: of a million, all of which were used, that would take too long. */
const movedMax = 64

export class AgingCache<K, T, F extends Failure> {
  readonly #ages: Ages
  readonly #now: () => number
  readonly #weights: Weights<K, Looked<T, F>>
  #weight = 0
  /**
   * In the order in which they go, when there are too many: one that was used since it came to the end comes there once
   * more. To put it there at each use would make the table anew every so many uses.
   */
  readonly #entries = new Map<K, Entry<Looked<T, F>>>()
  readonly #flights = new SingleFlight<K, Looked<T, F>>()
  /** The look under way whose answer is to be remembered: one that began before a `forget` may be of what is over. */
  readonly #looks = new Map<K, symbol>()

  constructor(ages: Ages, now: () => number, weights: Weights<K, Looked<T, F>> = {max: Infinity, of: () => 0}) {
    this.#ages = ages
    this.#now = now
    this.#weights = weights
  }

  /**
   * The answer for `key`, from `look` when none is at hand, or when the last look is `maxAgeMs` ago or longer. Callers
   * that ask at the same time share one look, which goes on when one of them aborts; when all have, so does the signal
   * that it was given, and nothing is remembered of it.
   */
  async get(
    key: K,
    look: (signal: AbortSignal) => Promise<Looked<T, F>>,
    {maxAgeMs = Infinity, signal}: {maxAgeMs?: number; signal?: AbortSignal} = {},
  ): Promise<Looked<T, F>> {
    const entry = this.#entries.get(key)
    if (entry && this.#ageOf(entry) < maxAgeMs) {
      entry.used = true
      if (this.#now() < entry.freshUntil) return entry.answer
      if (this.#isUsable(entry)) {
        // A fault of the look itself is nobody's here: whoever waits for one next will get it.
        this.#renew(key, look).catch(() => {})
        return entry.answer
      }
    }
    return this.#renew(key, look, signal)
  }

  /** Whether `get` would answer without a look. */
  isFresh(key: K, {maxAgeMs = Infinity}: {maxAgeMs?: number} = {}): boolean {
    const entry = this.#entries.get(key)
    return entry !== undefined && this.#ageOf(entry) < maxAgeMs && this.#now() < entry.freshUntil
  }

  /** Forgets what it knows of `key`, and what a look that is under way will say: whoever asks next gets a newer one. */
  forget(key: K): void {
    this.#drop(key)
    this.#looks.delete(key)
    this.#flights.leave(key)
  }

  /**
   * What is known of `key` may be over: whoever asks next waits for a newer answer, and gets what was known only after one
   * was looked for in vain.
   */
  doubt(key: K): void {
    const entry = this.#entries.get(key)
    this.forget(key)
    if (entry?.answer.ok) this.#put(key, {...entry, triedAt: -Infinity, freshUntil: -Infinity, doubted: true})
  }

  /** How long ago it was tried. Of one from a time that is yet to come, since the clock was put back, nobody knows. */
  #ageOf({triedAt}: Entry<Looked<T, F>>): number {
    const age = this.#now() - triedAt
    return age < 0 ? Infinity : age
  }

  #isUsable({answer, at}: Entry<Looked<T, F>>): boolean {
    return answer.ok && this.#now() - at < this.#ages.staleMs
  }

  /** At the end of the queue. */
  #put(key: K, entry: Entry<Looked<T, F>>): void {
    this.#drop(key)
    this.#entries.set(key, entry)
    this.#weight += entry.weight
  }

  #drop(key: K): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#weight -= entry.weight
  }

  #makeRoom(): void {
    let moved = 0
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#ages.countMax && this.#weight <= this.#weights.max) return
      this.#drop(key)
      if (!entry.used || ++moved > movedMax) continue
      entry.used = false
      this.#put(key, entry)
    }
  }

  #renew(key: K, look: (signal: AbortSignal) => Promise<Looked<T, F>>, signal?: AbortSignal): Promise<Looked<T, F>> {
    const renew = async (ended: AbortSignal): Promise<Looked<T, F>> => {
      const mine = Symbol('look')
      this.#looks.set(key, mine)
      let isLast = false
      const answer = await look(ended).finally(() => {
        isLast = this.#looks.get(key) === mine
        if (isLast) this.#looks.delete(key)
      })
      // That it failed is nobody's fault then.
      ended.throwIfAborted()
      if (!isLast) return answer
      const now = this.#now()
      const {freshMs, failureMs} = this.#ages
      const old = this.#entries.get(key)
      this.#drop(key)
      // What was known stays known through a passing failure, until it is too old.
      const keep = old && !answer.ok && answer.passing && this.#isUsable(old)
      const goodMs = answer.ok ? freshMs : keep && old.doubted ? Math.min(doubtedMs, failureMs) : failureMs
      const tried = {triedAt: now, freshUntil: now + goodMs}
      const weight = this.#weights.of(key, answer)
      this.#put(key, keep ? {...old, ...tried} : {answer, weight, at: now, ...tried})
      this.#makeRoom()
      return answer
    }
    return this.#flights.do(key, renew, signal)
  }
}
