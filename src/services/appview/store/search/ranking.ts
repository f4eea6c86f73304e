/**
 * The most popular of a table that anybody can fill: accounts, feeds, starter packs. To sort millions of rows takes
 * seconds, in which nobody else is answered, so a table is gone through a piece at a time, with room for others between,
 * and the best of it kept for some minutes. A table of one piece is looked at anew each time: it costs nothing, and in a
 * small network what is new is seen at once.
 */
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'

/** Rows that are looked at in one step, and of all of them how many are kept. */
const pieceMax = 2_000
const keptMax = 2_000
const keptMs = 600_000

/** One row: its number in the table, what it is of, how much it is liked. */
type Row = readonly [at: number, id: number, score: number]

export class Ranking {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>
  readonly #pieceSql: string
  #kept: {readonly ids: readonly number[]; readonly untilMs: number} | undefined
  #looking: Promise<readonly number[]> | undefined

  /** `select` gives `Row`s of the table after the place `?1`, in order of their places. */
  constructor(sql: Sql, world: Pick<World, 'now'>, select: string) {
    this.#sql = sql
    this.#world = world
    this.#pieceSql = `${select} LIMIT ${pieceMax}`
  }

  /** The best first, some thousands of them at most. */
  async ids(): Promise<readonly number[]> {
    if (this.#kept && this.#kept.untilMs > this.#world.now()) return this.#kept.ids
    // Whoever asks meanwhile waits for the same look.
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #look(): Promise<readonly number[]> {
    let best: Row[] = []
    for (let [after, pieces] = [0, 1]; ; pieces++) {
      const rows = this.#sql.read(tx => tx.arrays<Row>(this.#pieceSql, after))
      best = [...best, ...rows].toSorted((a, b) => b[2] - a[2] || a[1] - b[1]).slice(0, keptMax)
      if (rows.length < pieceMax) {
        const ids = best.map(([, id]) => id)
        if (pieces > 1) this.#kept = {ids, untilMs: this.#world.now() + keptMs}
        return ids
      }
      ;[after] = rows[rows.length - 1]
      await new Promise(resolve => setImmediate(resolve))
    }
  }
}
