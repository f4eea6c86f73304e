/**
 * Who is signed in: sign-ins under way, sessions at people's servers, sessions of browsers, and the secrets of the app. The
 * first two are what the OAuth client of the SDK asks for.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql} from '#engines/sql/sql.ts'
import type {OAuthSessionStore, PendingAuthorization, StateStore, StoredSession} from '#sdk/mod.ts'

/** Sign-ins that strangers begin and do not finish push the oldest out. */
export const statesMax = 10_000
/** Browsers in which one account is signed in. */
export const browsersMax = 50

export class SignInStore {
  readonly #sql: Sql
  readonly #now: () => number
  readonly states: StateStore
  readonly sessions: OAuthSessionStore

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#now = now
    this.states = {
      put: (state, pending) =>
        sql.write(tx => {
          tx.run('DELETE FROM auth_state WHERE endsMs < ?', now())
          tx.run(
            'DELETE FROM auth_state WHERE state IN (SELECT state FROM auth_state ORDER BY endsMs DESC LIMIT 9 OFFSET ?)',
            statesMax - 1,
          )
          tx.run(
            'INSERT INTO auth_state (state, pending, endsMs) VALUES (?, ?, ?)',
            state,
            JSON.stringify(pending),
            pending.endsMs,
          )
        }),
      take: state =>
        sql.write(tx => {
          const row = tx.get<{pending: string}>('DELETE FROM auth_state WHERE state = ? RETURNING pending', state)
          return row && (JSON.parse(row.pending) as PendingAuthorization)
        }),
    }
    this.sessions = {
      get: async did => {
        const row = sql.read(tx => tx.get<{session: string}>('SELECT session FROM auth_session WHERE did = ?', did))
        return row && (JSON.parse(row.session) as StoredSession)
      },
      put: session =>
        sql.write(tx => {
          const insert =
            'INSERT INTO auth_session (did, session) VALUES (?, ?) ON CONFLICT DO UPDATE SET session = excluded.session'
          tx.run(insert, session.did, JSON.stringify(session))
        }),
      delete: did =>
        sql.write(tx => {
          tx.run('DELETE FROM auth_session WHERE did = ?', did)
        }),
    }
  }

  /** A browser in which somebody is signed in, by the hash of what its cookie holds. */
  addBrowser(idHash: string, did: Did, endsMs: number): Promise<void> {
    return this.#sql.write(tx => {
      tx.run('DELETE FROM session WHERE endsMs < ?', this.#now())
      const oldest = 'SELECT idHash FROM session WHERE did = ? ORDER BY endsMs DESC LIMIT 9 OFFSET ?'
      tx.run(`DELETE FROM session WHERE idHash IN (${oldest})`, did, browsersMax - 1)
      tx.run('INSERT INTO session (idHash, did, endsMs) VALUES (?, ?, ?)', idHash, did, endsMs)
    })
  }

  async browser(idHash: string): Promise<Did | undefined> {
    const find = 'SELECT did FROM session WHERE idHash = ? AND endsMs > ?'
    return this.#sql.read(tx => tx.get<{did: Did}>(find, idHash, this.#now())?.did)
  }

  /** Whether it was the last in which that account was signed in. */
  removeBrowser(idHash: string): Promise<boolean> {
    return this.#sql.write(tx => {
      const row = tx.get<{did: string}>('DELETE FROM session WHERE idHash = ? RETURNING did', idHash)
      return row !== undefined && tx.get('SELECT 1 FROM session WHERE did = ?', row.did) === undefined
    })
  }

  /** A secret of the app, made when it is first asked for. */
  secret(name: string, make: () => string): Promise<string> {
    return this.#sql.write(tx => {
      tx.run('INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, make())
      return tx.get<{value: string}>('SELECT value FROM secret WHERE name = ?', name)!.value
    })
  }
}
