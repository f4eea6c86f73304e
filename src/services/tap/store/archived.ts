/**
 * Records that an archive gave of repositories that are yet to be fetched, as its events leave them. They are believed by
 * nobody, and are gone when the repository was fetched, or the process has died: then they are asked for again.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'

/** A repository that was never fetched, nor tried, by the number of its row. */
export interface NewRepo {
  readonly id: number
  readonly did: Did
}

/** A record as an event leaves it: without bytes it is gone. */
export interface ArchivedRecord {
  readonly repo: number
  readonly path: string
  readonly bytes: Uint8Array | undefined
}

/** Records that are read in one go: of a megabyte at most. */
const readMax = 32
/** Records that are forgotten in one act. */
const forgetMax = 1_000

export class Archived {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>

  constructor(sql: Sql, world: Pick<World, 'now'>) {
    this.#sql = sql
    this.#world = world
  }

  /** Forgets all of them, some at a time. */
  async clear(signal: AbortSignal): Promise<void> {
    const remove = 'DELETE FROM archived WHERE rowid IN (SELECT rowid FROM archived LIMIT ?)'
    for (let isMore = true; isMore;) {
      signal.throwIfAborted()
      isMore = await this.#sql.write(tx => tx.run(remove, forgetMax).changes === forgetMax, {survives: 'process'})
    }
  }

  /** The number of a repository, if it is due and was never fetched. */
  idOf(did: Did): number | undefined {
    const select = 'SELECT id FROM repo WHERE did = ? AND isPaused = 0 AND rev IS NULL AND tries = 0'
    return this.#sql.read(tx => tx.get<{id: number}>(select, did))?.id
  }

  /** Those that were never fetched, among the first `limit` that are due. */
  due(limit: number): readonly NewRepo[] {
    const select = `SELECT id, did FROM
      (SELECT id, did, rev, tries FROM repo WHERE dueMs <= ? AND isPaused = 0 ORDER BY dueMs LIMIT ?)
      WHERE rev IS NULL AND tries = 0`
    return this.#sql.read(tx => tx.all<{id: number; did: Did}>(select, this.#world.now(), limit))
  }

  /** In the order of events. Lost with the machine they are asked for again. */
  async fold(records: readonly ArchivedRecord[]): Promise<void> {
    const put = 'INSERT INTO archived VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes'
    const remove = 'DELETE FROM archived WHERE repo = ? AND path = ?'
    await this.#sql.write(
      tx => {
        for (const {repo, path, bytes} of records) {
          if (bytes) tx.run(put, repo, path, bytes)
          else tx.run(remove, repo, path)
        }
      },
      {survives: 'process'},
    )
  }

  /** In the order of their paths. */
  *recordsOf(repo: number): Generator<{readonly path: string; readonly bytes: Uint8Array}[]> {
    const select = 'SELECT path, bytes FROM archived WHERE repo = ? AND path > ? ORDER BY path LIMIT ?'
    for (let after = ''; ;) {
      const rows = this.#sql.read(tx => tx.all<{path: string; bytes: Uint8Array}>(select, repo, after, readMax))
      if (rows.length === 0) return
      yield rows
      after = rows[rows.length - 1].path
    }
  }

  async forget(repos: readonly number[]): Promise<void> {
    const remove = 'DELETE FROM archived WHERE rowid IN (SELECT rowid FROM archived WHERE repo = ? LIMIT ?)'
    let left = repos
    while (left.length > 0) {
      const some = left
      const done = await this.#sql.write(
        tx => {
          let count = 0
          for (const [n, repo] of some.entries()) {
            count += tx.run(remove, repo, forgetMax - count).changes
            if (count === forgetMax) return n
          }
          return some.length
        },
        {survives: 'process'},
      )
      left = some.slice(done)
    }
  }
}
