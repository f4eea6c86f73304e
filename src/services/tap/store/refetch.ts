/**
 * Has every repository fetched again, where of each something may be missing: some of them in an act, and how far that has
 * come is noted with it, so that among millions nothing waits for it, and it goes on after the process has died.
 */
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {type RepoRow, reposAfter} from './repo-rows.ts'

/** Rows that are looked at in one act. */
const rowsMax = 1_000

/** Those after the number `after`, up to `through`, are yet to be seen to. */
interface Range {
  readonly after: number
  readonly through: number
}

const name = 'refetch'

/** Within an act: sees to the first ones; all others are left to `refetchSome`. What was under way begins anew. */
export function beginRefetch(tx: SqlWriter, mark: (repo: RepoRow) => void): void {
  const {through} = tx.get<{through: number}>('SELECT coalesce(max(id), 0) AS through FROM repo') as {through: number}
  markSome(tx, {after: 0, through}, mark)
}

/** Whether any are yet to be seen to. */
export const isRefetching = (tx: SqlReader): boolean => rangeOf(tx) !== undefined

/** Within an act: sees to the next ones. */
export function refetchSome(tx: SqlWriter, mark: (repo: RepoRow) => void): void {
  const range = rangeOf(tx)
  if (range) markSome(tx, range, mark)
}

function rangeOf(tx: SqlReader): Range | undefined {
  const row = tx.get<{value: string}>('SELECT value FROM setting WHERE name = ?', name)
  return row && (JSON.parse(row.value) as Range)
}

function markSome(tx: SqlWriter, {after, through}: Range, mark: (repo: RepoRow) => void): void {
  const rows = reposAfter(tx, after, rowsMax)
  for (const repo of rows) {
    if (repo.id <= through && repo.state === 'active' && repo.status === 'active') mark(repo)
  }
  const last = rows.at(-1)?.id ?? through
  if (rows.length < rowsMax || last >= through) return void tx.run('DELETE FROM setting WHERE name = ?', name)
  const value = JSON.stringify({after: last, through} satisfies Range)
  tx.run('INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', name, value)
}
