/**
 * How many repositories there are, in which states, and why some could not be fetched. Of millions that is counted some
 * thousand at a time, with turns for all else between, and what took long is not counted again at once: a page that is
 * looked at stops nobody.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {RepoState} from './tap-store.ts'

/** Rows that are counted in a row. */
const rowsInTurn = 10_000
/** Reasons that are told apart. */
const reasonsMax = 1_000
/** What took longer is good for so many times as long. */
const longMs = 50
const goodFor = 20

interface Totals {
  readonly repos: number
  readonly records: number
  readonly states: ReadonlyMap<RepoState, number>
  readonly faults: ReadonlyMap<string, number>
}

export class Tally {
  readonly #sql: Pick<Sql, 'read'>
  readonly #now: () => number
  #counting: Promise<Totals> | undefined
  #last: {readonly totals: Totals; readonly untilMs: number} | undefined

  constructor(sql: Pick<Sql, 'read'>, {now}: Pick<World, 'now'>) {
    this.#sql = sql
    this.#now = now
  }

  /** As of now, or of a moment ago where there are very many. */
  async totals(): Promise<Totals> {
    if (this.#last && this.#last.untilMs > this.#now()) return this.#last.totals
    return (this.#counting ??= this.#count().finally(() => (this.#counting = undefined)))
  }

  async #count(): Promise<Totals> {
    const startMs = this.#now()
    const states = new Map<RepoState, number>()
    const faults = new Map<string, number>()
    let [repos, records, after] = [0, 0, 0]
    for (;;) {
      let counted = 0
      for (const row of this.#some(after)) {
        counted += row.count
        records += row.records
        after = Math.max(after, row.last)
        states.set(row.state, (states.get(row.state) ?? 0) + row.count)
        if (row.error !== null) addUpTo(faults, row.error, row.count)
      }
      repos += counted
      if (counted < rowsInTurn) break
      await nextTurn()
    }
    const totals = {repos, records, states, faults}
    const tookMs = this.#now() - startMs
    this.#last = tookMs > longMs ? {totals, untilMs: this.#now() + tookMs * goodFor} : undefined
    return totals
  }

  #some(after: number) {
    const sql = `SELECT CASE WHEN isPaused = 1 THEN 'paused' ELSE state END AS state,
        CASE WHEN state = 'error' THEN coalesce(error, '') END AS error,
        count(*) AS count, sum(records) AS records, max(id) AS last
      FROM (SELECT id, isPaused, state, error, records FROM repo WHERE id > ? ORDER BY id LIMIT ${rowsInTurn})
      GROUP BY 1, 2`
    return this.#sql.read(tx =>
      tx.all<{state: RepoState; error: string | null; count: number; records: number; last: number}>(sql, after),
    )
  }
}

function addUpTo(counts: Map<string, number>, name: string, more: number): void {
  const before = counts.get(name)
  if (before !== undefined || counts.size < reasonsMax) counts.set(name, (before ?? 0) + more)
}
