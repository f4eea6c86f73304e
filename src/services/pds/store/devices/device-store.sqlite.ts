/** Browsers and their accounts in SQLite: see `device-migration.ts` for the tables. */
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Device, DeviceAccount, DeviceStore, OwnDevice} from './device-store.ts'

const deviceColumns = 'd.id, d.createdMs, d.seenMs, d.address, d.userAgent'

/** Signs an account out everywhere: a part of every act that ends its sessions. */
export function endDevices(tx: SqlWriter, did: Did): void {
  tx.run('DELETE FROM device_account WHERE account = (SELECT id FROM account WHERE did = ?)', did)
}

export const sqliteDeviceStore = (sql: Sql): DeviceStore => ({
  signIn: ({id: newId, secretHash, before, seenMs, address, userAgent}, did, bounds, epoch) =>
    sql.write(tx => {
      const whose = 'SELECT id FROM account WHERE did = ?1 AND (?2 IS NULL OR sessionEpoch = ?2)'
      const account = tx.get<{id: number}>(whose, did, epoch ?? null)?.id
      if (account === undefined) return undefined
      const known = tx.get<{id: string}>('SELECT id FROM device WHERE secretHash = ?', before ?? null)
      const id = known?.id ?? newId
      if (known) {
        const text = 'UPDATE device SET secretHash = ?, seenMs = ?, address = ?, userAgent = ? WHERE id = ?'
        tx.run(text, secretHash, seenMs, address, userAgent, id)
      } else {
        const text =
          'INSERT INTO device (id, secretHash, createdMs, seenMs, address, userAgent) VALUES (?, ?, ?, ?, ?, ?)'
        tx.run(text, id, secretHash, seenMs, seenMs, address, userAgent)
      }
      tx.run(
        'INSERT OR REPLACE INTO device_account (device, account, signedInMs) VALUES (?, ?, ?)',
        id,
        account,
        seenMs,
      )
      tx.run(
        `DELETE FROM device_account WHERE device = ?1 AND account IN (SELECT account FROM device_account
         WHERE device = ?1 ORDER BY account = ?2 DESC, signedInMs DESC LIMIT -1 OFFSET ?3)`,
        id,
        account,
        bounds.accountsOfDevice,
      )
      tx.run(
        `DELETE FROM device_account WHERE account = ?1 AND device IN (SELECT device FROM device_account
         WHERE account = ?1 ORDER BY device = ?2 DESC, signedInMs DESC LIMIT -1 OFFSET ?3)`,
        account,
        id,
        bounds.devicesOfAccount,
      )
      return id
    }),

  async find(secretHash) {
    return sql.read(tx => {
      const text = `SELECT ${deviceColumns} FROM device d WHERE secretHash = ?`
      const device = tx.get<Omit<Device, 'accounts'>>(text, secretHash)
      const accounts = tx.all<DeviceAccount>(
        `SELECT did, handle, signedInMs, sessionEpoch FROM device_account JOIN account ON account.id = account
         WHERE device = ? ORDER BY signedInMs DESC, account.id`,
        device?.id ?? null,
      )
      return device && accounts.length > 0 ? {...device, accounts: accounts.map(row => ({...row}))} : undefined
    })
  },

  see: (id, {seenMs, address, userAgent}) =>
    sql.write(tx => {
      tx.run('UPDATE device SET seenMs = ?, address = ?, userAgent = ? WHERE id = ?', seenMs, address, userAgent, id)
    }),

  signOut: (id, did) =>
    sql.write(tx => {
      const text = 'DELETE FROM device_account WHERE device = ? AND account = (SELECT id FROM account WHERE did = ?)'
      tx.run(text, id, did)
    }),

  async ofAccount(did) {
    const text = `SELECT ${deviceColumns}, a.signedInMs FROM device_account a JOIN device d ON d.id = a.device
      WHERE account = (SELECT id FROM account WHERE did = ?) ORDER BY d.seenMs DESC, d.id`
    return sql.read(tx => tx.all<OwnDevice>(text, did)).map(row => ({...row}))
  },

  sweep: beforeMs =>
    sql.write(tx => {
      tx.run('DELETE FROM device WHERE seenMs < ?', beforeMs)
      tx.run('DELETE FROM device WHERE NOT EXISTS (SELECT 1 FROM device_account a WHERE a.device = device.id)')
    }),
})
