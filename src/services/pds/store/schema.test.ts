/** Every index costs each write that touches its table, so each is one that some query reads. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {openSql} from '#engines/open.ts'
import {pdsMigrations} from './schema.ts'

/** For each index a query of the stores, as far as it decides how rows are found. */
const readers: Readonly<Record<string, string>> = {
  blob_to_confine: `SELECT did, cid FROM blob WHERE state = 'kept' AND quarantined <> (takedownRef IS NOT NULL)
    AND (did, cid) > ('', x'') ORDER BY did, cid LIMIT 9`,
  blob_unsettled: `SELECT did, cid FROM blob WHERE state IN ('moving', 'leaving') AND (did, cid) > ('', x'')
    ORDER BY did, cid LIMIT 9`,
  blob_uploaded: `SELECT did, cid FROM blob WHERE state = 'uploaded' AND uploadedMs < 1 LIMIT 9`,
  blob_use_by_cid: `SELECT 1 FROM blob_use WHERE tree = 1 AND cid = x''`,
  device_account_by_account: 'DELETE FROM device_account WHERE account = 1',
  device_by_seen: 'DELETE FROM device WHERE seenMs < 1',
  event_by_did: `DELETE FROM event WHERE did = ''`,
  factor_try_by_time: 'SELECT account, asker FROM factor_try WHERE lastMs < 1 AND isKnown = 0',
  oauth_consent_by_time: 'SELECT account, clientId FROM oauth_consent WHERE agreedMs < 1',
  oauth_grant_by_account: 'DELETE FROM oauth_grant WHERE account = 1',
  oauth_grant_by_expiry: 'DELETE FROM oauth_grant WHERE expiresMs < 1',
  oauth_once_by_end: 'DELETE FROM oauth_once WHERE untilMs < 1',
  oauth_request_by_account: 'DELETE FROM oauth_request WHERE account = 1',
  oauth_request_by_expiry: 'DELETE FROM oauth_request WHERE expiresMs < 1',
  passkey_by_account: `DELETE FROM passkey WHERE account = 1`,
  preference_by_account: `SELECT value FROM preference WHERE account = 1 AND namespace = ''`,
  refresh_token_by_account: 'DELETE FROM refresh_token WHERE account = 1',
  refresh_token_by_expiry: 'DELETE FROM refresh_token WHERE expiresMs < 1',
  totp_unconfirmed: 'SELECT account FROM totp WHERE confirmedMs IS NULL AND createdMs < 1',
}

test('every index is read by a query', async () => {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  const text = `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`
  const names = sql.read(tx => tx.all<{name: string}>(text)).map(({name}) => name)
  assert.deepEqual(names, Object.keys(readers).toSorted())
  for (const [name, query] of Object.entries(readers)) {
    const plan = sql.read(tx => tx.all<{detail: string}>(`EXPLAIN QUERY PLAN ${query}`))
    assert.ok(
      plan.some(({detail}) => detail.includes(`INDEX ${name} (`) || detail.endsWith(`INDEX ${name}`)),
      `${name}: ${plan.map(({detail}) => detail).join('; ')}`,
    )
  }
  await sql.close()
})
