/**
 * What an engine keeps in memory of the index, and how each of it learns of a change. Here is said which, in one place:
 *
 * | kept | holds | because |
 * |---|---|---|
 * | numbers of accounts, collections and records (`given`; `index/numbers.ts`) | until pushed out | a number once given never changes, whoever gives it; a writer forgets all of them where an act of its own was rolled back |
 * | records and accounts as they are shown, and what the records of viewers say of them (`changing`) | until `changed` names it | every act that writes here tells, before anybody else can read; where others write too, no longer than `ageMaxMs` |
 * | how far the index has come with an account (`index/actor-states.ts`) | until pushed out | the index has one writer, which keeps it itself |
 * | how far back a timeline was looked through (`skeletons/feeds.ts`) | until pushed out | a guess: a wrong one costs time, and no answer |
 * | what is most popular (`search/ranking.ts`) | ten minutes | it may be that old for everybody |
 *
 * All of it is bounded in number. What is private (mutes, bookmarks, drafts) is kept nowhere in memory.
 */
import {Lru} from '#engines/cache/lru.ts'

/** How old what is kept may be where other processes or threads write to the same database. */
export const ageMaxMs = 1000

export interface MemoryOptions {
  readonly now: () => number
  /** Whether anybody writes to the database who does not tell `changed` of it. */
  readonly othersWrite?: boolean
}

const never = (): number => 0

export class Memory {
  readonly #options: MemoryOptions
  readonly #changing: Lru<number, unknown>[] = []

  constructor(options: MemoryOptions) {
    this.#options = options
  }

  /** Of what may change; by the numbers that `changed` is told. */
  changing<V>(countMax: number): Lru<number, V> {
    const {othersWrite, now} = this.#options
    const kept = new Lru<number, V>(othersWrite ? {countMax, ttlMs: ageMaxMs, now} : {countMax, now: never})
    this.#changing.push(kept as Lru<number, unknown>)
    return kept
  }

  /** Of what never changes once it is there. */
  given<K, V>(countMax: number): Lru<K, V> {
    return new Lru<K, V>({countMax, now: never})
  }

  /** Forgets what is kept of these records and accounts. Told within the act that changes them. */
  readonly changed = (numbers: Iterable<number>): void => {
    for (const number of numbers) for (const kept of this.#changing) kept.delete(number)
  }
}
