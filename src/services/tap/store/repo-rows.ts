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

/** Follows an account that is not followed yet. False when it is. */
export function addRepo(tx: SqlWriter, did: string, state: KeptState, dueMs: number | null, nowMs: number): boolean {
  const sql = 'INSERT INTO repo (did, state, dueMs, handleDueMs) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
  return tx.run(sql, did, state, dueMs, nowMs).changes > 0
}

/** Has a repository that could not be fetched fetched now, as if for the first time. Gives false: it is no new one. */
export function retry(tx: SqlWriter, did: string, nowMs: number): false {
  tx.run(`UPDATE repo SET dueMs = ?, tries = 0 WHERE did = ? AND state = 'error' AND dueMs > ?`, nowMs, did, nowMs)
  return false
}

/** Forgets an account and its records, but not what is to be told of it. */
export function removeRepo(tx: SqlWriter, id: number): void {
  for (const table of ['record', 'held', 'staged']) tx.run(`DELETE FROM ${table} WHERE repo = ?`, id)
  tx.run('DELETE FROM repo WHERE id = ?', id)
}

/** The account as identity events tell of it. */
export const identityOf = (did: string, handle: string | null, status: AccountStatus): object => ({
  did,
  handle: handle ?? 'handle.invalid',
  is_active: status === 'active',
  status,
})
