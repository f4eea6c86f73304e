/**
 * The counts of a batch, added up before they are written: a post that a thousand people like within it costs one
 * statement.
 */
import type {SqlValue, SqlWriter} from '#engines/sql/sql.ts'
import type {CountRule} from '../../index/record-indexer.ts'

const keys = {post_agg: 'record', profile_agg: 'actor'} as const

export class Counts {
  /** By rule, then by the number of what is counted for. */
  readonly #changes = new Map<CountRule, Map<number, number>>()

  /** Adds `change` for a row, as the rules of its table say. */
  add(rules: readonly CountRule[], table: string, row: Readonly<Record<string, SqlValue>>, change: 1 | -1): void {
    for (const rule of rules) {
      const key = row[rule.by]
      if (rule.table !== table || typeof key !== 'number' || (rule.unless && row[rule.unless] === 1)) continue
      let changes = this.#changes.get(rule)
      if (!changes) this.#changes.set(rule, (changes = new Map()))
      changes.set(key, (changes.get(key) ?? 0) + change)
    }
  }

  write(tx: SqlWriter): void {
    for (const [{into, column}, changes] of this.#changes) {
      const sql = `INSERT INTO ${into} (${keys[into]}, ${column}) VALUES (?, ?)
        ON CONFLICT (${keys[into]}) DO UPDATE SET ${column} = ${column} + excluded.${column}`
      for (const [key, change] of changes) if (change !== 0) tx.run(sql, key, change)
    }
  }
}
