/**
 * The database of a PDS that was killed, as it lies there: what its tables say of each other, whatever the server would
 * make of it when it starts. It is read in a copy, so that the server finds what it has left.
 */
import assert from 'node:assert/strict'
import {copyFileSync, existsSync, mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'

/** Each finds what cannot be, row by row. */
const faults: Readonly<Record<string, string>> = {
  'an account without a repository': `SELECT did FROM account WHERE id NOT IN (SELECT account FROM repo)`,
  'a repository without its head': `SELECT did FROM account JOIN repo ON account = account.id
    WHERE tree NOT IN (SELECT tree FROM head)`,
  'a repository without its commit or the root of its tree': `SELECT did FROM account JOIN repo ON account = account.id
    JOIN head h USING (tree)
    WHERE instr(newest, root) = 0 AND NOT EXISTS (SELECT 1 FROM node n WHERE n.tree = h.tree AND n.cid = root)
      OR instr(newest, data) = 0 AND NOT EXISTS (SELECT 1 FROM node n WHERE n.tree = h.tree AND n.cid = data)`,
  'a record that refers to a blob which is not there': `SELECT did, path FROM blob_use u
    JOIN repo ON repo.tree = u.tree JOIN account a ON a.id = repo.account
    WHERE deactivatedMs IS NULL AND NOT EXISTS (SELECT 1 FROM blob b
      WHERE b.did = a.did AND b.cid = u.cid AND b.state IN ('moving', 'kept', 'barred'))`,
  'a use of a blob without its record': `SELECT u.path FROM blob_use u JOIN repo ON repo.tree = u.tree
    WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.tree = u.tree AND r.path = u.path)`,
  'a blob that is kept for nothing': `SELECT b.did, hex(b.cid) FROM blob b WHERE state IN ('moving', 'kept')
    AND NOT EXISTS (SELECT 1 FROM account a JOIN repo ON repo.account = a.id JOIN blob_use u ON u.tree = repo.tree
      WHERE a.did = b.did AND u.cid = b.cid)
    AND NOT EXISTS (SELECT 1 FROM tree t JOIN blob_use u ON u.tree = t.id WHERE t.did = b.did AND u.cid = b.cid)`,
  'a backlink without its record': `SELECT b.path FROM backlink b JOIN repo ON repo.tree = b.tree
    WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.tree = b.tree AND r.path = b.path)`,
  'an active account of which the firehose tells nothing': `SELECT did FROM account WHERE deactivatedMs IS NULL
    AND did NOT IN (SELECT did FROM event)`,
  'an event of an account that is gone, but for its end': `SELECT did, count(*) FROM event
    WHERE did NOT IN (SELECT did FROM account) GROUP BY did HAVING count(*) > 1`,
  'an invite code that was spent too often': `SELECT code FROM invite_code c
    WHERE uses < (SELECT count(*) FROM invite_use u WHERE u.code = c.code)`,
  'an account whose invite code was not spent': `SELECT did FROM account a WHERE inviteCode IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM invite_use u WHERE u.code = a.inviteCode AND u.usedBy = a.did)`,
  'two accounts by one place of an invite code': `SELECT inviteCode FROM account GROUP BY inviteCode
    HAVING count(*) > (SELECT uses FROM invite_code WHERE code = inviteCode)`,
  'a code that waits, and access that it has given': `SELECT r.id FROM oauth_request r
    JOIN oauth_grant g ON g.code = r.code`,
  'a code without an account': `SELECT id FROM oauth_request WHERE (code IS NULL) <> (account IS NULL)`,
  'access to an account that is taken down': `SELECT did FROM account a WHERE takedownRef IS NOT NULL
    AND (id IN (SELECT account FROM oauth_grant) OR id IN (SELECT account FROM refresh_token)
      OR id IN (SELECT account FROM device_account))`,
  'a session of an app password that is revoked': `SELECT t.id FROM refresh_token t WHERE appPassword IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM app_password p WHERE p.account = t.account AND p.name = t.appPassword)`,
  'recovery codes that stand in for nothing': `SELECT did FROM account a WHERE id IN (SELECT account FROM recovery_code)
    AND emailFactorMs IS NULL AND id NOT IN (SELECT account FROM passkey)
    AND id NOT IN (SELECT account FROM totp WHERE confirmedMs IS NOT NULL)`,
  'an authenticator app that is confirmed by no code': `SELECT account FROM totp
    WHERE (confirmedMs IS NULL) <> (step = 0)`,
  'a takedown of a record of nobody': `SELECT did FROM record_takedown WHERE did NOT IN (SELECT did FROM account)`,
}

/** What the tables say of what is not seen from outside. */
export interface Data {
  /** By DID. */
  readonly recoveryCodes: ReadonlyMap<string, number>
  /** Whose accounts have an authenticator app that is confirmed. */
  readonly totp: ReadonlySet<string>
  /** `<did> <path>` of records that are taken down. */
  readonly hidden: ReadonlySet<string>
  /** `<did> <purpose>` of codes that were mailed and are good. */
  readonly mailCodes: ReadonlySet<string>
  /** By code, how often it was spent. */
  readonly invites: ReadonlyMap<string, number>
  readonly accounts: ReadonlySet<string>
  /** Of the newest event. */
  readonly lastSeq: number
  /** Of each repository that is served: its revision. */
  readonly revs: ReadonlyMap<string, string>
}

/** Reads the database of a server that does not run, or of a backup. `scratch` is a folder to copy it to. */
export function checkData(database: string, scratch: string): Data {
  rmSync(scratch, {recursive: true, force: true})
  mkdirSync(scratch)
  const copy = join(scratch, 'pds.sqlite')
  for (const end of ['', '-wal']) if (existsSync(database + end)) copyFileSync(database + end, copy + end)
  using sql = new DatabaseSync(copy)
  const all = (text: string): string[][] =>
    sql
      .prepare(text)
      .all()
      .map(row => Object.values(row).map(String))
  assert.deepEqual(all('PRAGMA integrity_check'), [['ok']])
  assert.deepEqual(all('PRAGMA foreign_key_check'), [])
  for (const [what, text] of Object.entries(faults)) assert.deepEqual(all(text), [], `there is ${what}`)
  const counts = (text: string) => new Map(all(text).map(([key, count]) => [key, Number(count)]))
  return {
    recoveryCodes: counts('SELECT did, count(*) FROM recovery_code r JOIN account a ON a.id = account GROUP BY did'),
    totp: new Set(all('SELECT did FROM totp JOIN account a ON a.id = account WHERE confirmedMs IS NOT NULL').flat()),
    hidden: new Set(all('SELECT did, path FROM record_takedown').map(row => row.join(' '))),
    mailCodes: new Set(
      all('SELECT did, purpose FROM email_token JOIN account a ON a.id = account').map(r => r.join(' ')),
    ),
    invites: counts('SELECT code, (SELECT count(*) FROM invite_use u WHERE u.code = c.code) FROM invite_code c'),
    lastSeq: Number(all('SELECT max(seq) FROM event')[0][0]),
    accounts: new Set(all('SELECT did FROM account').flat()),
    revs: new Map(
      all(
        'SELECT did, rev FROM account JOIN repo ON account = id JOIN head USING (tree) WHERE deactivatedMs IS NULL AND takedownRef IS NULL',
      ).map(([did, rev]) => [did, rev]),
    ),
  }
}
