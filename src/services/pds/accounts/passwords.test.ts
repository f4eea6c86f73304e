/** Hashing passwords is dear, and must be so for the one who guesses and not for everyone else. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {realWorld} from '#std/world.ts'
import {hashAppPassword, hashPassword, isPassword, looksLikeAppPassword, newAppPassword} from './passwords.ts'

test('a password is known by its hash, and no two hashes are alike', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  assert.notEqual(one, two)
  assert.ok(await isPassword('correct horse', one))
  assert.ok(!(await isPassword('wrong horse', one)))
  assert.ok(!(await isPassword('correct horse', null)))
  assert.ok(!(await isPassword('x'.repeat(513), one)))
})

test('an app password is found by its hash, which differs from account to account', async () => {
  const password = newAppPassword(realWorld)
  assert.ok(looksLikeAppPassword(password))
  const [alice, bob] = ['did:plc:ewvi7nxzyoun6zhxrhs64oiz', 'did:web:x.com'] as Did[]
  assert.equal(await hashAppPassword(alice, password), await hashAppPassword(alice, password))
  assert.notEqual(await hashAppPassword(alice, password), await hashAppPassword(bob, password))
})

test('hashes that were written before are still those of their passwords', async () => {
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
  const [salt, key] = (await hashAppPassword(did, 'abcd-efgh-ijkl-mnop')).split(':')
  assert.deepEqual([salt, key.slice(0, 32)], ['099e4ea96cd62c05a232331859d20c97', 'cde286cf39856089eeec5497a2ee2b77'])
  const written = `${'00'.repeat(16)}:72f28348847cbc0ff6e044157f5b411928fd56298aa028c0ecdcb502cc3590af069c0cc42907d8fc384788b023e1f71eb75084a9ee3b1562f5d28f5652a6e49b`
  assert.ok(await isPassword('correct horse', written))
  assert.ok(!(await isPassword('correct horses', written)))
})

test('logins leave the event loop free', async () => {
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  const begun = performance.now()
  await Promise.all(Array.from({length: 4}, () => isPassword('x', null)))
  clearInterval(ticking)
  // Blocked, the loop would turn but once a hash.
  assert.ok(turns > 8, `the loop turned ${turns} times in ${Math.round(performance.now() - begun)} ms`)
})
