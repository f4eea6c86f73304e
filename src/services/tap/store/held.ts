/**
 * Commits of repositories that are being fetched, or are to be: kept until that is done, and then told after what was
 * fetched. How much is kept of one repository is bounded; where that is not enough, it is fetched once more.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {SqlWriter} from '#engines/sql/sql.ts'
import {decodeWrites, encodeWrites, type Write} from './changes.ts'
import type {RepoRow} from './repo-rows.ts'
import type {SkipReason} from './tap-store.ts'

/** Of one repository: commits, and bytes of what they write. */
const heldMax = {count: 500, size: 4 * 2 ** 20} as const

export interface HeldCommit {
  readonly rev: string
  readonly since: string | null
  readonly writes: readonly Write[]
}

interface Deps {
  readonly skipped: (reason: SkipReason) => void
  /** Within an act: tells what a commit writes, and notes its revision. */
  readonly put: (tx: SqlWriter, did: Did, repo: number, commit: HeldCommit) => void
}

export class Held {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Within an act. */
  keep(tx: SqlWriter, {id}: RepoRow, {rev, since, writes}: HeldCommit): void {
    const body = encodeWrites(writes)
    const {count, size} = tx.get<{count: number; size: number}>(
      'SELECT count(*) AS count, coalesce(sum(length(body)), 0) AS size FROM held WHERE repo = ?',
      id,
    ) ?? {count: 0, size: 0}
    if (count >= heldMax.count || size + body.length > heldMax.size) {
      this.#deps.skipped('held-too-much')
      tx.run('DELETE FROM held WHERE repo = ?', id)
      tx.run('UPDATE repo SET missed = max(coalesce(missed, ?), ?) WHERE id = ?', rev, rev, id)
      return
    }
    tx.run('INSERT INTO held (repo, rev, since, body) VALUES (?, ?, ?, ?)', id, rev, since, body)
  }

  /**
   * Within an act: tells of the commits after `rev`, one after the other, and forgets all that were before. False where
   * one does not carry on from what there is; it is kept, and so are those after it.
   */
  putAll(tx: SqlWriter, did: Did, repo: number, rev: string): boolean {
    let at = rev
    const select = 'SELECT id, rev, since, body FROM held WHERE repo = ? ORDER BY id LIMIT 1'
    for (;;) {
      const row = tx.get<{id: number; rev: string; since: string | null; body: Uint8Array}>(select, repo)
      if (!row) return true
      if (row.rev > at) {
        if (row.since !== at) return false
        this.#deps.put(tx, did, repo, {rev: row.rev, since: row.since, writes: decodeWrites(row.body)})
        at = row.rev
      }
      tx.run('DELETE FROM held WHERE id = ?', row.id)
    }
  }
}
