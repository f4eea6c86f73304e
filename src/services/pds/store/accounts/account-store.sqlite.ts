/** Accounts in SQLite: see `schema.ts` for the tables. */
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Settled, Sql, SqlWriter} from '#engines/sql/sql.ts'
import type {Account, AccountSize, AccountStore, NewAccount, RepoContents, Taken} from './account-store.ts'
import {letAllGo} from '../repos/blob-row-store.sqlite.ts'
import {readNewest} from '../repos/newest-nodes.ts'
import {putHead} from '../repos/nodes.sqlite.ts'
import {endAccess} from '../sessions/end-access.ts'
import {addToken} from '../sessions/session-store.sqlite.ts'
import {inviterServesSql} from './invite-store.sqlite.ts'
import {dropStrayCodes, endFactors} from '../factors/end-factors.ts'
import {spendCode} from './mail-codes.ts'
import {appendEvents} from '../events/event-store.sqlite.ts'
import {idOf} from './account-id.ts'

const accountColumns =
  'did, handle, email, emailConfirmedMs, emailFactorMs, passwordHash, createdMs, deactivatedMs, deleteAfterMs, takedownRef, sessionEpoch'

/** Accounts that are held in memory, at well under a kilobyte each. */
const knownMax = 5_000

/** Records whose bytes are added up while nobody else is served: some tens of milliseconds. */
const recordsMeasuredMax = 100_000

function useInvite(tx: SqlWriter, code: string, did: Did, nowMs: number): boolean {
  const invite = tx.get<{uses: number; used: number}>(
    `SELECT uses, (SELECT count(*) FROM invite_use u WHERE u.code = c.code) AS used
     FROM invite_code c WHERE code = ? AND disabled = 0 AND ${inviterServesSql}`,
    code,
  )
  if (!invite || invite.used >= invite.uses) return false
  tx.run('INSERT INTO invite_use (code, usedBy, usedMs) VALUES (?, ?, ?)', code, did, nowMs)
  return true
}

function create(tx: SqlWriter, {account, inviteCode, repo, events, session}: NewAccount): 'done' | Taken {
  const {did, handle, email, passwordHash, createdMs, deactivatedMs, deleteAfterMs} = account
  if (idOf(tx, did) !== undefined) return 'did-taken'
  if (handle && tx.get('SELECT 1 FROM account WHERE handle = ?', handle)) return 'handle-taken'
  if (email && tx.get('SELECT 1 FROM account WHERE email = ?', email)) return 'email-taken'
  if (inviteCode !== undefined && !useInvite(tx, inviteCode, did, createdMs)) return 'bad-invite-code'
  const {lastRowId: id} = tx.run(
    `INSERT INTO account (did, handle, email, passwordHash, createdMs, deactivatedMs, deleteAfterMs, inviteCode)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    did,
    handle,
    email,
    passwordHash,
    createdMs,
    deactivatedMs,
    deleteAfterMs,
    inviteCode ?? null,
  )
  tx.run('DELETE FROM reserved_key WHERE did = ?', did)
  const {head, blocks, signingKey} = repo
  const tree = tx.run('INSERT INTO tree DEFAULT VALUES').lastRowId
  tx.run('INSERT INTO repo (account, tree, signingKey) VALUES (?, ?, ?)', id, tree, signingKey)
  putHead(tx, tree, head, blocks)
  appendEvents(tx, events)
  if (session) addToken(tx, session, 0)
  return 'done'
}

const endAppPasswords = (tx: SqlWriter, account: number | null): void => {
  tx.run('DELETE FROM app_password WHERE account = ?', account)
}

export function sqliteAccountStore(sql: Sql): AccountStore {
  const account = (where: string, value: string): Account | undefined =>
    sql.read(tx => tx.get<Account>(`SELECT ${accountColumns} FROM account WHERE ${where} = ?`, value))

  /** Rows of `account` as they are now, by DID and by handle: nearly every call looks at one. */
  const known = new Map<string, Account>()
  const knownAccount = async (where: 'did' | 'handle', value: string): Promise<Account | undefined> => {
    const seen = known.get(value)
    if (seen) return seen
    const found = account(where, value)
    if (known.size >= knownMax) known.clear()
    if (found) known.set(value, found)
    return found
  }
  /** For every act that writes to `account`: nobody reads between the act and its commit. */
  const change = <T extends Settled>(act: (tx: SqlWriter) => T): Promise<T> =>
    sql.write(tx => {
      known.clear()
      return act(tx)
    })

  return {
    create: newAccount => change(tx => create(tx, newAccount)),
    byDid: did => knownAccount('did', did),
    byHandle: handle => knownAccount('handle', handle),
    byEmail: async email => account('email', email),

    async list(after, limit) {
      interface Row extends Account {
        root: Uint8Array | null
        data: Uint8Array
        rev: Tid
      }
      const rows = sql.read(tx =>
        tx.all<Row>(
          `SELECT ${accountColumns}, root, data, rev FROM account LEFT JOIN repo ON repo.account = account.id
             LEFT JOIN head USING (tree)
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

    async search(email, after, limit) {
      const text = `SELECT ${accountColumns} FROM account WHERE substr(email, 1, length(?1)) = ?1 COLLATE NOCASE
        AND id > coalesce((SELECT id FROM account WHERE did = ?2), 0) ORDER BY id LIMIT ?3`
      return sql.read(tx => tx.all<Account>(text, email, after ?? '', limit))
    },

    async seek({text, standing}, after, limit) {
      const isSo = {
        active: 'deactivatedMs IS NULL AND takedownRef IS NULL',
        deactivated: 'deactivatedMs IS NOT NULL AND takedownRef IS NULL',
        takendown: 'takedownRef IS NOT NULL',
      }
      const query = `SELECT ${accountColumns} FROM account
        WHERE (did = ?1 OR instr(handle, lower(?1)) > 0 OR instr(lower(email), lower(?1)) > 0 OR ?1 = '')
        ${standing === undefined ? '' : `AND ${isSo[standing]}`}
        AND (?2 = '' OR id < (SELECT id FROM account WHERE did = ?2)) ORDER BY id DESC LIMIT ?3`
      return sql.read(tx => tx.all<Account>(query, text, after ?? '', limit))
    },

    async size(did) {
      const query = `SELECT count(*) AS records, total(bytes) AS recordsSize,
          (SELECT count(*) FROM blob WHERE did = ?1 AND state IN ('uploaded', 'moving', 'kept')) AS blobs,
          (SELECT total(size) FROM blob WHERE did = ?1 AND state IN ('uploaded', 'moving', 'kept')) AS blobsSize
        FROM (SELECT length(bytes) AS bytes FROM record WHERE tree =
          (SELECT tree FROM repo WHERE account = (SELECT id FROM account WHERE did = ?1)) LIMIT ?2)`
      const none = {records: 0, recordsSize: 0, blobs: 0, blobsSize: 0}
      const found = sql.read(tx => tx.get<Omit<AccountSize, 'isMore'>>(query, did, recordsMeasuredMax)) ?? none
      return {...found, isMore: found.records === recordsMeasuredMax}
    },

    setPassword: (did, passwordHash, code, appPasswords = 'kept') =>
      change(tx => {
        if (code && spendCode(tx, did, code) === undefined) return 'wrong-code'
        tx.run('UPDATE account SET passwordHash = ? WHERE did = ?', passwordHash, did)
        if (appPasswords === 'ended') endAppPasswords(tx, idOf(tx, did) ?? null)
        endAccess(tx, did)
        return 'done'
      }),

    endAccess: did => change(tx => endAccess(tx, did)),

    setEmail: (did, email, confirmedMs, code) =>
      change(tx => {
        if (tx.get('SELECT 1 FROM account WHERE email = ? AND did <> ?', email, did)) return 'email-taken'
        const id = idOf(tx, did) ?? null
        if (code === 'unconfirmed') {
          if (tx.get('SELECT 1 FROM account WHERE id = ? AND emailConfirmedMs IS NOT NULL', id)) return 'code-needed'
        } else if (code && spendCode(tx, did, code) === undefined) return 'wrong-code'
        const isOther = 'account = ?1 AND NOT EXISTS (SELECT 1 FROM account WHERE id = ?1 AND email = ?2)'
        tx.run(`DELETE FROM email_token WHERE ${isOther}`, id, email)
        const text = `UPDATE account SET email = ?1, emailConfirmedMs = ?2,
          emailFactorMs = CASE WHEN email = ?1 AND ?2 IS NOT NULL THEN emailFactorMs END WHERE id = ?3`
        tx.run(text, email, confirmedMs, id)
        dropStrayCodes(tx, id)
        return 'done'
      }),

    setEmailFactor: (did, sinceMs, code) =>
      change(tx => {
        if (code && spendCode(tx, did, code) === undefined) return 'wrong-code'
        const text = `UPDATE account SET emailFactorMs = ?1 WHERE did = ?2
          AND (emailFactorMs IS NULL) <> (?1 IS NULL) AND (?1 IS NULL OR emailConfirmedMs IS NOT NULL)`
        const {changes} = tx.run(text, sinceMs, did)
        dropStrayCodes(tx, idOf(tx, did) ?? null)
        return changes === 1 ? 'done' : 'unchanged'
      }),

    deactivate: (did, nowMs, deleteAfterMs, events, code) =>
      change(tx => {
        if (code && spendCode(tx, did, code) === undefined) return 'wrong-code'
        const text = `UPDATE account SET deactivatedMs = coalesce(deactivatedMs, ?), deleteAfterMs = ? WHERE did = ?`
        tx.run(text, nowMs, deleteAfterMs, did)
        appendEvents(tx, events)
        return 'done'
      }),

    activate: (did, events) =>
      change(tx => {
        tx.run('UPDATE account SET deactivatedMs = NULL, deleteAfterMs = NULL WHERE did = ?', did)
        appendEvents(tx, events)
      }),

    setTakedown: (did, ref, events) =>
      change(tx => {
        tx.run('UPDATE account SET takedownRef = ? WHERE did = ?', ref, did)
        if (ref !== null) endAccess(tx, did)
        appendEvents(tx, events)
      }),

    revoke: did =>
      change(tx => {
        const account = idOf(tx, did) ?? null
        tx.run('UPDATE account SET passwordHash = NULL, emailFactorMs = NULL WHERE id = ?', account)
        endAppPasswords(tx, account)
        endFactors(tx, account)
        endAccess(tx, did)
      }),

    remove: (did, events) =>
      change(tx => {
        if (idOf(tx, did) === undefined) return
        tx.run('DELETE FROM event WHERE did = ?', did)
        letAllGo(tx, did)
        tx.run('DELETE FROM record_takedown WHERE did = ?', did)
        tx.run('DELETE FROM mail_note WHERE did = ?', did)
        // The rest of its rows goes with it, but for those of its tree, which is swept as one that no repository has.
        tx.run('DELETE FROM account WHERE did = ?', did)
        appendEvents(tx, events)
      }),

    async counts() {
      const text = `SELECT count(*) AS everyone, count(takedownRef) AS takendown,
        count(*) FILTER (WHERE deactivatedMs IS NOT NULL AND takedownRef IS NULL) AS deactivated FROM account`
      type Row = {everyone: number; takendown: number; deactivated: number}
      const {everyone = 0, takendown = 0, deactivated = 0} = sql.read(tx => tx.get<Row>(text)) ?? {}
      return {active: everyone - takendown - deactivated, deactivated, takendown}
    },

    async contents(did) {
      const text = `SELECT
          (SELECT count(*) FROM node n WHERE n.tree = repo.tree) + records AS blocks, records, newest,
          (SELECT count(DISTINCT cid) FROM blob_use u WHERE u.tree = repo.tree) AS blobsReferred,
          (SELECT count(*) FROM blob b WHERE b.did = ?1 AND state IN ('moving', 'kept')) AS blobsKept
        FROM (SELECT *, (SELECT count(*) FROM record r WHERE r.tree = repo.tree) AS records FROM repo JOIN head USING (tree)
          WHERE account = (SELECT id FROM account WHERE did = ?1)) AS repo`
      const row = sql.read(tx => tx.get<RepoContents & {newest: Uint8Array}>(text, did))
      if (!row) return undefined
      const {newest, blocks, ...rest} = row
      return {...rest, blocks: blocks + readNewest(newest).length}
    },

    async due(nowMs, limit) {
      const text = 'SELECT did FROM account WHERE deleteAfterMs < ? AND deactivatedMs IS NOT NULL LIMIT ?'
      return sql.read(tx => tx.all<{did: Did}>(text, nowMs, limit)).map(({did}) => did)
    },

    reserve: handle =>
      sql.write(tx => {
        tx.run('INSERT OR IGNORE INTO reserved_handle (handle) VALUES (?)', handle)
      }),

    async isReserved(handle) {
      return sql.read(tx => tx.get('SELECT 1 FROM reserved_handle WHERE handle = ?', handle)) !== undefined
    },

    setHandle: (did, handle, events) =>
      change(tx => {
        if (tx.get('SELECT 1 FROM account WHERE handle = ? AND did <> ?', handle, did)) return 'handle-taken'
        tx.run('UPDATE account SET handle = ? WHERE did = ?', handle, did)
        appendEvents(tx, events)
        return 'done'
      }),
  }
}
