/** The outbox in SQLite. What goes into it is put there by the act that is the reason (`pages.ts`). */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlReader} from '#engines/sql/sql.ts'
import {PassingBuffers} from '#engines/young-heap.ts'
import type {Page} from '../outbox/page.ts'
import type {OutboxStore} from './outbox-store.ts'

interface Row {
  readonly id: number
  readonly did: string
  readonly isLive: number
  readonly head: string
  readonly ends: Uint8Array
  readonly body: Uint8Array<ArrayBuffer>
}

const pageOf = ({id, did, isLive, head, ends, body}: Row): Page => ({
  id,
  did,
  isLive: isLive === 1,
  head,
  body: {ends: new Uint32Array(ends.slice().buffer), bytes: body},
})

const columns = 'SELECT id, did, isLive, head, ends, body FROM outbox'
const isWaiting = 'NOT EXISTS (SELECT 1 FROM acked WHERE acked.id = outbox.id)'
const chosen = {
  waiting: `${columns} WHERE id > ? AND ${isWaiting} ORDER BY id LIMIT 1`,
  waitingOf: `${columns} WHERE did = ? AND id > ? AND ${isWaiting} ORDER BY id LIMIT 1`,
  kept: `${columns} WHERE id > ? ORDER BY id LIMIT 1`,
}
/** Pages are in use for long enough to be taken for old. */
const pagesRead = new PassingBuffers(3 * 2 ** 20, 3, 1 / 8)
/** Pages that are forgotten in one act. */
const pruneMax = 500

export class SqliteOutboxStore implements OutboxStore {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  async waiting(id: number, limit: {count: number; size: number}, did?: Did): Promise<readonly Page[]> {
    return this.#pages(limit, id, (tx, after) =>
      did === undefined ? tx.get<Row>(chosen.waiting, after) : tx.get<Row>(chosen.waitingOf, did, after),
    )
  }

  async kept(id: number, limit: {count: number; size: number}): Promise<readonly Page[]> {
    // The page in whose middle a reader stands begins before it.
    const sql = 'SELECT id, count FROM outbox WHERE id <= ? ORDER BY id DESC LIMIT 1'
    const before = this.#sql.read(tx => tx.get<{id: number; count: number}>(sql, id))
    const after = before && before.id + before.count - 1 > id ? before.id - 1 : id
    return this.#pages(limit, after, (tx, from) => tx.get<Row>(chosen.kept, from))
  }

  async #pages(
    {count, size}: {count: number; size: number},
    id: number,
    next: (tx: SqlReader, after: number) => Row | undefined,
  ): Promise<readonly Page[]> {
    const pages = this.#sql.read(tx => {
      const found: Page[] = []
      let left = size
      for (let after = id; found.length < count && left > 0;) {
        const row = next(tx, after)
        if (!row) break
        found.push(pageOf(row))
        left -= row.body.length
        pagesRead.passed(row.body.length)
        after = row.id
      }
      return found
    })
    // What is handed out may not be lost with the power: its numbers would be given again.
    if (pages.length > 0) await this.#sql.durable()
    return pages
  }

  async count(): Promise<number> {
    const sql = `SELECT coalesce(sum(count), 0) AS count FROM outbox WHERE ${isWaiting}`
    return this.#sql.read(tx => tx.get<{count: number}>(sql))?.count ?? 0
  }

  async bounds(): Promise<{first: number; next: number}> {
    return this.#sql.read(tx => {
      const {next} = tx.get<{next: number}>('SELECT next FROM counter') ?? {next: 1}
      return {first: tx.get<{first: number | null}>('SELECT min(id) AS first FROM outbox')?.first ?? next, next}
    })
  }

  async acknowledge(ids: readonly number[], keep: boolean): Promise<void> {
    await this.#sql.write(
      tx => {
        const sql = keep ? 'INSERT OR IGNORE INTO acked VALUES (?)' : 'DELETE FROM outbox WHERE id = ?'
        for (const id of ids) tx.run(sql, id)
      },
      {survives: 'process'},
    )
  }

  async prune(beforeMs: number, sizeMax: number): Promise<number> {
    return this.#sql.write(tx => {
      const size = tx.get<{size: number}>('SELECT coalesce(sum(length(body)), 0) AS size FROM outbox')?.size ?? 0
      let over = size - sizeMax
      const rows = tx.all<{id: number; madeMs: number; size: number}>(
        'SELECT id, madeMs, length(body) AS size FROM outbox ORDER BY id LIMIT ?',
        pruneMax,
      )
      let count = 0
      for (const row of rows) {
        if (row.madeMs >= beforeMs && over <= 0) break
        tx.run('DELETE FROM outbox WHERE id = ?', row.id)
        tx.run('DELETE FROM acked WHERE id = ?', row.id)
        over -= row.size
        count++
      }
      return count
    })
  }
}
