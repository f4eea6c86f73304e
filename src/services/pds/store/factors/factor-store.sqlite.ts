/** Second factors in SQLite: see `factor-migration.ts` for the tables. */
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {idOf} from '../accounts/account-id.ts'
import {dropStrayCodes} from './end-factors.ts'
import {waitMs, type FactorStore, type Passkey, type Totp, type Try} from './factor-store.ts'
import {sweptMax} from '../swept-max.ts'

type PasskeyRow = Omit<Passkey, 'transports'> & {transports: string}
const passkeySql = `SELECT p.id, a.did, publicKey, counter, transports, name, p.createdMs, lastUsedMs
  FROM passkey p JOIN account a ON a.id = p.account`
const passkeyOf = (row: PasskeyRow): Passkey => ({...row, transports: row.transports.split(',').filter(Boolean)})

/** Askers that are remembered of each account, of those who were let in and of those who were not. */
const askersMax = 100
/** All together who were never let in. */
const everyone = ''

interface TryRow {
  failures: number
  lastMs: number
  isKnown: number
}
const none: TryRow = {failures: 0, lastMs: 0, isKnown: 0}

const tryRow = (tx: SqlReader, account: number, asker: string): TryRow =>
  tx.get<TryRow>('SELECT failures, lastMs, isKnown FROM factor_try WHERE account = ? AND asker = ?', account, asker) ??
  none

const putTry = (tx: SqlWriter, account: number, asker: string, {failures, lastMs, isKnown}: TryRow): void => {
  const text = 'INSERT OR REPLACE INTO factor_try (account, asker, failures, lastMs, isKnown) VALUES (?, ?, ?, ?, ?)'
  tx.run(text, account, asker, failures, lastMs, isKnown)
}

/** What is left of a wait, which a clock that was put back does not make longer. */
const leftMs = ({lastMs}: TryRow, waitsMs: number, nowMs: number): number =>
  Math.min(waitsMs, Math.max(0, lastMs + waitsMs - nowMs))

/** Whose rows a try is counted in. */
const countedIn = ({asker, shared}: Try, own: TryRow): string[] =>
  shared && own.isKnown === 0 ? [asker, everyone] : [asker]

export const sqliteFactorStore = (sql: Sql): FactorStore => ({
  async of(did) {
    return sql.read(tx => {
      const account = idOf(tx, did) ?? null
      const codes = tx.get<{count: number}>('SELECT count(*) AS count FROM recovery_code WHERE account = ?', account)
      const totp = tx.get<Totp>('SELECT secret, createdMs, confirmedMs FROM totp WHERE account = ?', account)
      return {
        totp: totp && {...totp},
        passkeys: tx
          .all<PasskeyRow>(`${passkeySql} WHERE p.account = ? ORDER BY p.createdMs, p.id`, account)
          .map(passkeyOf),
        recoveryCodesLeft: codes?.count ?? 0,
      }
    })
  },

  putTotp: (did, secret, nowMs) =>
    sql.write(tx => {
      const account = idOf(tx, did)
      if (account === undefined) return false
      if (tx.get('SELECT 1 FROM totp WHERE account = ? AND confirmedMs IS NOT NULL', account)) return false
      tx.run('INSERT OR REPLACE INTO totp (account, secret, createdMs) VALUES (?, ?, ?)', account, secret, nowMs)
      return true
    }),

  takeTotp: (did, secret, step, nowMs) =>
    sql.write(tx => {
      const text = `UPDATE totp SET step = ?1, confirmedMs = coalesce(confirmedMs, ?2)
        WHERE account = (SELECT id FROM account WHERE did = ?3) AND secret = ?4 AND step < ?1`
      return tx.run(text, step, nowMs, did, secret).changes === 1
    }),

  removeTotp: did =>
    sql.write(tx => {
      const account = idOf(tx, did) ?? null
      tx.run('DELETE FROM totp WHERE account = ?', account)
      dropStrayCodes(tx, account)
    }),

  addPasskey: ({id, did, publicKey, counter, transports, name, createdMs}, countMax) =>
    sql.write(tx => {
      const account = idOf(tx, did) ?? null
      if (tx.get('SELECT 1 FROM passkey WHERE id = ?', id)) return 'taken'
      const all = tx.get<{count: number}>('SELECT count(*) AS count FROM passkey WHERE account = ?', account)
      if (all && all.count >= countMax) return 'too-many'
      const text = `INSERT INTO passkey (id, account, publicKey, counter, transports, name, createdMs)
        VALUES (?, ?, ?, ?, ?, ?, ?)`
      tx.run(text, id, account, publicKey, counter, transports.join(','), name, createdMs)
      return 'done'
    }),

  async passkey(id) {
    const row = sql.read(tx => tx.get<PasskeyRow>(`${passkeySql} WHERE p.id = ?`, id))
    return row && passkeyOf(row)
  },

  usePasskey: (id, counter, nowMs) =>
    sql.write(tx => {
      const text = `UPDATE passkey SET counter = ?1, lastUsedMs = ?2
        WHERE id = ?3 AND (counter < ?1 OR (counter = 0 AND ?1 = 0))`
      return tx.run(text, counter, nowMs, id).changes === 1
    }),

  renamePasskey: (did, id, name) =>
    sql.write(tx => {
      const text = 'UPDATE passkey SET name = ? WHERE id = ? AND account = (SELECT id FROM account WHERE did = ?)'
      return tx.run(text, name, id, did).changes === 1
    }),

  removePasskey: (did, id) =>
    sql.write(tx => {
      const text = `DELETE FROM passkey WHERE id = ?1 AND account = (SELECT id FROM account WHERE did = ?2
          AND (passwordHash IS NOT NULL OR (SELECT count(*) FROM passkey p WHERE p.account = account.id) > 1))`
      const {changes} = tx.run(text, id, did)
      dropStrayCodes(tx, idOf(tx, did) ?? null)
      return changes === 1
    }),

  putRecoveryCodes: (did, hashes) =>
    sql.write(tx => {
      const account = idOf(tx, did) ?? null
      tx.run('DELETE FROM recovery_code WHERE account = ?', account)
      for (const hash of hashes) tx.run('INSERT INTO recovery_code (account, hash) VALUES (?, ?)', account, hash)
      dropStrayCodes(tx, account)
    }),

  takeRecoveryCode: (did, hash) =>
    sql.write(tx => {
      const text = 'DELETE FROM recovery_code WHERE account = (SELECT id FROM account WHERE did = ?) AND hash = ?'
      return tx.run(text, did, hash).changes === 1
    }),

  begin: (tried, backOff, nowMs) =>
    sql.write(tx => {
      const account = idOf(tx, tried.did)
      if (account === undefined) return 0
      const own = tryRow(tx, account, tried.asker)
      const counted = countedIn(tried, own).map(asker => {
        const row = asker === tried.asker ? own : tryRow(tx, account, asker)
        return {asker, row: nowMs - row.lastMs > backOff.forgetMs ? {...row, failures: 0} : row}
      })
      const wait = Math.max(...counted.map(({row}) => leftMs(row, waitMs(row.failures, backOff), nowMs)))
      if (wait > 0) return wait
      for (const {asker, row} of counted) {
        putTry(tx, account, asker, {...row, failures: row.failures + 1, lastMs: nowMs})
      }
      tx.run(
        `DELETE FROM factor_try WHERE account = ?1 AND isKnown = 0 AND asker <> '' AND lastMs < (
           SELECT lastMs FROM factor_try WHERE account = ?1 AND isKnown = 0 AND asker <> ''
           ORDER BY lastMs DESC LIMIT 1 OFFSET ?2)`,
        account,
        askersMax - 1,
      )
      return 0
    }),

  right: (tried, nowMs) =>
    sql.write(tx => {
      const account = idOf(tx, tried.did)
      if (account === undefined) return
      for (const asker of countedIn(tried, tryRow(tx, account, tried.asker))) {
        const row = tryRow(tx, account, asker)
        if (asker === everyone) putTry(tx, account, asker, {...row, failures: Math.max(0, row.failures - 1)})
      }
      putTry(tx, account, tried.asker, {failures: 0, lastMs: nowMs, isKnown: 1})
      tx.run(
        `DELETE FROM factor_try WHERE account = ?1 AND isKnown = 1 AND lastMs < (
           SELECT lastMs FROM factor_try WHERE account = ?1 AND isKnown = 1 ORDER BY lastMs DESC LIMIT 1 OFFSET ?2)`,
        account,
        askersMax - 1,
      )
    }),

  sweep: ({unconfirmedMs, strangersMs, knownMs}) =>
    sql.write(tx => {
      const totp = `DELETE FROM totp WHERE account IN
        (SELECT account FROM totp WHERE confirmedMs IS NULL AND createdMs < ? LIMIT ?)`
      const tries = `DELETE FROM factor_try WHERE (account, asker) IN (
        SELECT account, asker FROM factor_try WHERE lastMs < ?1 AND isKnown = 0
        UNION ALL SELECT account, asker FROM factor_try WHERE lastMs < ?2 AND isKnown = 1 LIMIT ?3)`
      const gone = [tx.run(totp, unconfirmedMs, sweptMax), tx.run(tries, strangersMs, knownMs, sweptMax)]
      return gone.some(({changes}) => changes === sweptMax)
    }),
})
