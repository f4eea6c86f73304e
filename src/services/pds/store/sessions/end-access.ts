/** Ends all that lets somebody in to an account: one part of every act after which that must not be so any more. */
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {Did} from '#atp/syntax/did.ts'
import {endDevices} from '../devices/device-store.sqlite.ts'
import {endGrantsOf} from '../oauth/end-grants.ts'
import {idOf} from '../accounts/account-id.ts'

/**
 * Sessions of apps, with the tokens that are out already, what was granted by OAuth, and browsers. App passwords stay,
 * and the passwords and factors by which the owner comes back.
 */
export function endAccess(tx: SqlWriter, did: Did): void {
  const account = idOf(tx, did) ?? null
  tx.run('UPDATE account SET sessionEpoch = sessionEpoch + 1 WHERE id = ?', account)
  tx.run('DELETE FROM refresh_token WHERE account = ?', account)
  endDevices(tx, did)
  endGrantsOf(tx, account)
  // Whoever knew the password and guessed at codes: it is no longer those who try.
  tx.run('DELETE FROM factor_try WHERE account = ? AND isKnown = 0', account)
}
