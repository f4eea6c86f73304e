/** What views are made of, by number: read in sets, and kept until an act has touched it. */
import type {Lru} from '#engines/cache/lru.ts'
import type {SqlReader, SqlValue} from '#engines/sql/sql.ts'

export class Cores<Row extends readonly SqlValue[], Core extends {readonly id: number}> {
  readonly #known: Lru<number, Core>
  readonly #rowsSql: string
  readonly #coreOf: (row: Row) => Core | undefined

  /** `rowsSql` takes a JSON array of numbers. What `coreOf` makes nothing of, `find` gives back. */
  constructor(known: Lru<number, Core>, rowsSql: string, coreOf: (row: Row) => Core | undefined) {
    this.#known = known
    this.#rowsSql = rowsSql
    this.#coreOf = coreOf
  }

  /** Adds what these numbers name to `found`. What is gone, or was never seen, is not there. */
  find(tx: SqlReader, ids: Iterable<number>, found: Map<number, Core>): Row[] {
    const missing: number[] = []
    for (const id of ids) {
      if (found.has(id)) continue
      const core = this.#known.get(id)
      if (core) found.set(id, core)
      else missing.push(id)
    }
    const others: Row[] = []
    if (missing.length === 0) return others
    for (const row of tx.arrays<Row>(this.#rowsSql, JSON.stringify(missing))) {
      const core = this.#coreOf(row)
      if (!core) {
        others.push(row)
        continue
      }
      this.#known.set(core.id, core)
      found.set(core.id, core)
    }
    return others
  }
}
