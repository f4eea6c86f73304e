/** The file of secrets: made once, readable by nobody else, and completed when it is of an older version. */
import assert from 'node:assert/strict'
import fs, {chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {toHex} from '#std/bytes.ts'
import {realWorld} from '#std/world.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openSecrets} from './secrets.ts'

const path = join(temporaryFolder('secrets'), 'pds', 'secrets.json')

test('secrets are made on first start and found again, in a file of mode 0600', () => {
  const made = openSecrets(path, realWorld)
  const found = openSecrets(path, realWorld)
  assert.deepEqual(found.jwtSecret, made.jwtSecret)
  assert.equal(found.adminPassword, made.adminPassword)
  assert.equal(found.rotationKey.didKey, made.rotationKey.didKey)
  assert.equal(found.oauthKey.didKey, made.oauthKey.didKey)
  assert.deepEqual(found.oauthSecret, made.oauthSecret)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a file of before there was an admin password, or another secret, is given one, and keeps the rest', () => {
  const {
    adminPassword: _,
    factorSecret: __,
    oauthKey: ___,
    oauthSecret: ____,
    ...older
  } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  writeFileSync(path, JSON.stringify(older))
  chmodSync(path, 0o600)
  const {adminPassword, factorSecret, oauthKey, oauthSecret} = openSecrets(path, realWorld)
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  assert.deepEqual(kept, {
    ...older,
    adminPassword,
    factorSecret: toHex(factorSecret),
    oauthKey: toHex(oauthKey.export()),
    oauthSecret: toHex(oauthSecret),
  })
  assert.equal(oauthKey.curve, 'p256')
  assert.match(adminPassword, /^[0-9a-f]{32}$/)
  assert.equal(factorSecret.length, 32)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a file that holds something else, or nothing, is refused by its name', () => {
  for (const text of ['{"jwtSecret": "12", "adminPassword": "x"}', '', '{']) {
    writeFileSync(path, text)
    assert.throws(() => openSecrets(path, realWorld), new RegExp(`${path} should hold`))
  }
})

test('a server that ends while it makes the file leaves none in its place, and the next start makes it', context => {
  rmSync(path)
  const {writeFileSync: write} = fs
  context.mock.method(fs, 'writeFileSync', (to: string, text: string, options: fs.WriteFileOptions) => {
    write(to, text.slice(0, 20), options)
    throw new Error('ended')
  })
  syncBuiltinESMExports()
  assert.throws(() => openSecrets(path, realWorld), /ended/)
  context.mock.restoreAll()
  syncBuiltinESMExports()
  const made = openSecrets(path, realWorld)
  assert.deepEqual(openSecrets(path, realWorld).jwtSecret, made.jwtSecret)
  assert.deepEqual(readdirSync(dirname(path)), ['secrets.json'])
})
