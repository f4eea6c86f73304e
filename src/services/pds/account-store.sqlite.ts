/** Accounts in SQLite: see `schema.ts` for the tables. */
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {Account, AccountStore, AppPassword, NewAccount, RefreshToken, Taken, Unsequenced} from './account-store.ts'
import {appendEvent} from './repo-store.sqlite.ts'

const accountColumns =
  'did, handle, email, emailConfirmedMs, passwordHash, createdMs, deactivatedMs, deleteAfterMs, takedownRef'

interface TokenRow extends RefreshToken {
  successor: string | null
}
const tokenSql = `SELECT t.id, a.did, t.appPassword, t.expiresMs, t.successor
  FROM refresh_token t JOIN account a ON a.id = t.account WHERE t.id = ?`

const idOf = (tx: SqlReader, did: Did): number | undefined =>
  tx.get<{id: number}>('SELECT id FROM account WHERE did = ?', did)?.id

function appendEvents(tx: SqlWriter, events: readonly Unsequenced[]): void {
  for (const event of events) appendEvent(tx, event)
}

function useInvite(tx: SqlWriter, code: string, did: Did, nowMs: number): boolean {
  const invite = tx.get<{uses: number; used: number}>(
    `SELECT uses, (SELECT count(*) FROM invite_use u WHERE u.code = c.code) AS used
     FROM invite_code c WHERE code = ? AND disabled = 0`,
    code,
  )
  if (!invite || invite.used >= invite.uses) return false
  tx.run('INSERT INTO invite_use (code, usedBy, usedMs) VALUES (?, ?, ?)', code, did, nowMs)
  return true
}

function create(tx: SqlWriter, {account, inviteCode, repo, events}: NewAccount): 'done' | Taken {
  const {did, handle, email, passwordHash, createdMs, deactivatedMs} = account
  if (idOf(tx, did) !== undefined) return 'did-taken'
  if (handle && tx.get('SELECT 1 FROM account WHERE handle = ?', handle)) return 'handle-taken'
  if (email && tx.get('SELECT 1 FROM account WHERE email = ?', email)) return 'email-taken'
  if (inviteCode !== undefined && !useInvite(tx, inviteCode, did, createdMs)) return 'bad-invite-code'
  const {lastRowId: id} = tx.run(
    `INSERT INTO account (did, handle, email, passwordHash, createdMs, deactivatedMs, inviteCode)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    did,
    handle,
    email,
    passwordHash,
    createdMs,
    deactivatedMs,
    inviteCode ?? null,
  )
  const {head, blocks, signingKey} = repo
  const tree = tx.run('INSERT INTO tree DEFAULT VALUES').lastRowId
  tx.run(
    'INSERT INTO repo (account, tree, root, data, rev, signingKey) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    tree,
    head.root.bytes,
    head.data.bytes,
    head.rev,
    signingKey,
  )
  for (const {cid, bytes} of blocks) {
    tx.run('INSERT INTO node (tree, cid, rev, bytes) VALUES (?, ?, ?, ?)', tree, cid.bytes, head.rev, bytes)
  }
  appendEvents(tx, events)
  return 'done'
}

export function sqliteAccountStore(sql: Sql): AccountStore {
  const account = async (where: string, value: string): Promise<Account | undefined> =>
    sql.read(tx => tx.get<Account>(`SELECT ${accountColumns} FROM account WHERE ${where} = ?`, value))

  return {
    create: newAccount => sql.write(tx => create(tx, newAccount)),
    byDid: did => account('did', did),
    byHandle: handle => account('handle', handle),
    byEmail: email => account('email', email),

    async list(after, limit) {
      interface Row extends Account {
        root: Uint8Array | null
        data: Uint8Array
        rev: Tid
      }
      const rows = sql.read(tx =>
        tx.all<Row>(
          `SELECT ${accountColumns}, root, data, rev FROM account LEFT JOIN repo ON repo.account = account.id
           WHERE id > coalesce((SELECT id FROM account WHERE did = ?), 0) ORDER BY id LIMIT ?`,
          after ?? '',
          limit,
        ),
      )
      return rows.map(row => ({
        ...row,
        head: row.root ? {root: new Cid(row.root), data: new Cid(row.data), rev: row.rev} : undefined,
      }))
    },

    setHandle: (did, handle, events) =>
      sql.write(tx => {
        if (tx.get('SELECT 1 FROM account WHERE handle = ? AND did <> ?', handle, did)) return 'handle-taken'
        tx.run('UPDATE account SET handle = ? WHERE did = ?', handle, did)
        appendEvents(tx, events)
        return 'done'
      }),

    addToken: ({id, did, appPassword, expiresMs}) =>
      sql.write(tx => {
        const text = 'INSERT INTO refresh_token (id, account, appPassword, expiresMs) VALUES (?, ?, ?, ?)'
        tx.run(text, id, idOf(tx, did) ?? null, appPassword, expiresMs)
      }),

    async token(id) {
      return sql.read(tx => tx.get<TokenRow>(tokenSql, id))
    },

    rotate: (id, next, graceUntilMs) =>
      sql.write(tx => {
        const token = tx.get<TokenRow>(tokenSql, id)
        if (!token || token.successor !== null) return token?.successor ?? undefined
        const expiresMs = Math.min(token.expiresMs, graceUntilMs)
        tx.run('UPDATE refresh_token SET successor = ?, expiresMs = ? WHERE id = ?', next.id, expiresMs, id)
        tx.run(
          `INSERT INTO refresh_token (id, account, appPassword, expiresMs)
           SELECT ?, account, appPassword, ? FROM refresh_token WHERE id = ?`,
          next.id,
          next.expiresMs,
          id,
        )
        return next.id
      }),

    revoke: id =>
      sql.write(tx => {
        for (let next: string | null = id; next !== null;) {
          const token: TokenRow | undefined = tx.get<TokenRow>(tokenSql, next)
          tx.run('DELETE FROM refresh_token WHERE id = ?', next)
          next = token?.successor ?? null
        }
      }),

    sweepTokens: nowMs =>
      sql.write(tx => {
        tx.run('DELETE FROM refresh_token WHERE expiresMs < ?', nowMs)
      }),

    async appPasswords(did) {
      const text = `SELECT name, p.passwordHash, privileged, p.createdMs FROM app_password p
        JOIN account a ON a.id = p.account WHERE did = ? ORDER BY p.createdMs`
      const rows = sql.read(tx => tx.all<Omit<AppPassword, 'privileged'> & {privileged: number}>(text, did))
      return rows.map(row => ({...row, privileged: row.privileged === 1}))
    },
  }
}
