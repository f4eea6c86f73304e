/** How feeds are read, in SQLite. */
import {createHmac} from 'node:crypto'
import type {Sql} from '#engines/sql/sql.ts'
import type {UsageCount, UsageDay, UsageMoment, UsageReader, UsageStore} from './usage-store.ts'

export class SqliteUsageStore implements UsageStore {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  async add(counts: readonly UsageCount[], readers: readonly UsageReader[], moment: UsageMoment): Promise<void> {
    const {day: today, sinceDay, newKey} = moment
    await this.#sql.write(tx => {
      const more = 'INSERT INTO usage VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count'
      for (const {day, feed, what, count} of counts) tx.run(more, day, feed, what, count)
      const seen = 'INSERT OR IGNORE INTO reader VALUES (?, ?, ?)'
      tx.run('INSERT OR IGNORE INTO readerKey VALUES (?, ?)', today, newKey)
      const {key} = tx.get<{key: Uint8Array}>('SELECT key FROM readerKey WHERE day = ?', today)!
      for (const {day, feed, viewer} of readers) tx.run(seen, day, feed, numberOf(viewer, key))
      tx.run('DELETE FROM readerKey WHERE day <> ?', today)
      for (const table of ['usage', 'reader']) tx.run(`DELETE FROM ${table} WHERE day < ?`, sinceDay)
    })
  }

  async days(feed: string, limit: number): Promise<readonly UsageDay[]> {
    const rows = this.#sql.read(tx =>
      tx.all<{day: number; what: string; count: number}>(
        `SELECT day, what, count FROM usage WHERE feed = ?1 AND day IN
           (SELECT DISTINCT day FROM usage WHERE feed = ?1 ORDER BY day DESC LIMIT ?2)
         UNION ALL SELECT day, 'readers', count(*) FROM reader WHERE feed = ?1 GROUP BY day
         ORDER BY 1 DESC LIMIT 10000`,
        feed,
        limit,
      ),
    )
    const days = new Map<number, {day: number; readers: number; counts: Record<string, number>}>()
    for (const {day, what, count} of rows) {
      let one = days.get(day)
      if (!one) days.set(day, (one = {day, readers: 0, counts: {}}))
      if (what === 'readers') one.readers = count
      else one.counts[what] = count
    }
    return [...days.values()].slice(0, limit)
  }
}

const numberOf = (viewer: string, key: Uint8Array): number =>
  createHmac('sha256', key).update(viewer).digest().readUIntBE(0, 6)
