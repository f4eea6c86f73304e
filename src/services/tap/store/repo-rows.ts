/** Rows of repositories, and what they mean. */
import type {AccountStatus} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {RepoInfo, RepoState} from './tap-store.ts'

/** What a row says of its state; `resyncing` is known to whoever fetches, `paused` is a column. */
export type KeptState = Exclude<RepoState, 'resyncing' | 'paused'>

export interface RepoRow {
  readonly id: number
  readonly did: Did
  readonly handle: string | null
  readonly status: AccountStatus
  readonly state: KeptState
  readonly rev: string | null
  /** The newest revision that is known to be there, where events before it are missing. */
  readonly missed: string | null
  readonly error: string | null
  readonly tries: number
  readonly isPaused: 0 | 1
  readonly records: number
}

const columns = 'id, did, handle, status, state, rev, missed, error, tries, isPaused, records'

export const repoOf = (tx: SqlReader, did: string): RepoRow | undefined =>
  tx.get<RepoRow>(`SELECT ${columns} FROM repo WHERE did = ?`, did)

export const reposAfter = (tx: SqlReader, id: number, limit: number): RepoRow[] =>
  tx.all<RepoRow>(`SELECT ${columns} FROM repo WHERE id > ? ORDER BY id LIMIT ?`, id, limit)

export const infoOf = (
  {did, handle, status, state, rev, error, tries, isPaused}: RepoRow,
  isRunning: boolean,
): RepoInfo => ({
  did,
  handle,
  state: isPaused === 1 ? 'paused' : isRunning ? 'resyncing' : state,
  status,
  rev,
  error,
  tries,
})

/**
 * Follows an account that is not followed yet. False when it is. Its number is one that has never been given to another
 * whose rows are still there.
 */
export function addRepo(tx: SqlWriter, did: string, state: KeptState, dueMs: number | null, nowMs: number): boolean {
  const sql = `INSERT INTO repo (id, did, state, dueMs, handleDueMs)
    SELECT 1 + max(coalesce((SELECT max(id) FROM repo), 0), coalesce((SELECT max(repo) FROM gone), 0)), ?, ?, ?, ?
    WHERE true ON CONFLICT (did) DO NOTHING`
  return tx.run(sql, did, state, dueMs, nowMs).changes > 0
}

/** Has a repository that could not be fetched fetched now, as if for the first time. Gives false: it is no new one. */
export function retry(tx: SqlWriter, did: string, nowMs: number): false {
  tx.run(`UPDATE repo SET dueMs = ?, tries = 0 WHERE did = ? AND state = 'error' AND dueMs > ?`, nowMs, did, nowMs)
  return false
}

/** Rows of one repository that are deleted in one act. */
const rowsMax = 2_000
const stagedMax = 16

/** Forgets an account and its records, but not what is to be told of it. Many rows are left to `forgetSome`. */
export function removeRepo(tx: SqlWriter, id: number): void {
  tx.run('DELETE FROM held WHERE repo = ?', id)
  tx.run('DELETE FROM repo WHERE id = ?', id)
  if (deleteSome(tx, id)) tx.run('INSERT INTO gone VALUES (?)', id)
}

/** Whether rows are left of repositories that are gone. */
export const isForgetting = (tx: SqlReader): boolean => goneIn(tx) !== undefined

/** Within an act: deletes some of them. */
export function forgetSome(tx: SqlWriter): void {
  const id = goneIn(tx)
  if (id !== undefined && !deleteSome(tx, id)) tx.run('DELETE FROM gone WHERE repo = ?', id)
}

const goneIn = (tx: SqlReader): number | undefined => tx.get<{repo: number}>('SELECT repo FROM gone LIMIT 1')?.repo

/** Whether there may be more. */
function deleteSome(tx: SqlWriter, repo: number): boolean {
  const last = tx.get<{path: string}>(
    'SELECT path FROM record WHERE repo = ? ORDER BY path LIMIT 1 OFFSET ?',
    repo,
    rowsMax,
  )
  if (last) tx.run('DELETE FROM record WHERE repo = ? AND path < ?', repo, last.path)
  else tx.run('DELETE FROM record WHERE repo = ?', repo)
  const staged = 'DELETE FROM staged WHERE id IN (SELECT id FROM staged WHERE repo = ? ORDER BY id LIMIT ?)'
  return tx.run(staged, repo, stagedMax).changes === stagedMax || last !== undefined
}

/** The account as identity events tell of it. */
export const identityOf = (did: string, handle: string | null, status: AccountStatus): object => ({
  did,
  handle: handle ?? 'handle.invalid',
  is_active: status === 'active',
  status,
})
