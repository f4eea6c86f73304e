/** Hashing passwords is dear, and must be so for the one who guesses and not for everyone else. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {realWorld} from '#std/world.ts'
import {looksLikeAppPassword, newAppPassword, Passwords} from './passwords.ts'

const home = '203.0.113.1'

function opened(context: TestContext): Passwords {
  const passwords = new Passwords(realWorld)
  context.after(() => passwords.close())
  return passwords
}

test('a password is known by its hash, and no two hashes are alike', async context => {
  const passwords = opened(context)
  const [one, two] = await Promise.all([passwords.hash('correct horse', home), passwords.hash('correct horse', home)])
  assert.notEqual(one, two)
  assert.ok(await passwords.isRight('correct horse', one, home))
  assert.ok(await passwords.isRight('correct horse', two, home))
  assert.ok(!(await passwords.isRight('wrong horse', one, home)))
  assert.ok(!(await passwords.isRight('correct horse', null, home)))
  assert.ok(!(await passwords.isRight('x'.repeat(513), one, home)))
})

test('an app password is found by its hash, which differs from account to account', async context => {
  const passwords = opened(context)
  const password = newAppPassword(realWorld)
  assert.ok(looksLikeAppPassword(password))
  const [alice, bob] = ['did:plc:ewvi7nxzyoun6zhxrhs64oiz', 'did:web:x.com'] as Did[]
  const hash = await passwords.hashOfApp(alice, password, home)
  assert.equal(await passwords.hashOfApp(alice, password, home), hash)
  assert.notEqual(await passwords.hashOfApp(bob, password, home), hash)
})

test('hashes that were written before are still those of their passwords', async context => {
  const passwords = opened(context)
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
  const [salt, key] = (await passwords.hashOfApp(did, 'abcd-efgh-ijkl-mnop', home)).split(':')
  assert.deepEqual([salt, key.slice(0, 32)], ['099e4ea96cd62c05a232331859d20c97', 'cde286cf39856089eeec5497a2ee2b77'])
  const written = `${'00'.repeat(16)}:72f28348847cbc0ff6e044157f5b411928fd56298aa028c0ecdcb502cc3590af069c0cc42907d8fc384788b023e1f71eb75084a9ee3b1562f5d28f5652a6e49b`
  assert.ok(await passwords.isRight('correct horse', written, home))
  assert.ok(!(await passwords.isRight('correct horses', written, home)))
})

test('logins leave the event loop free', async context => {
  const passwords = opened(context)
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  const begun = performance.now()
  await Promise.all(Array.from({length: 4}, () => passwords.isRight('x', null, home)))
  clearInterval(ticking)
  // Blocked, the loop would turn but once a hash.
  assert.ok(turns > 8, `the loop turned ${turns} times in ${Math.round(performance.now() - begun)} ms`)
})

/** Hashes that end when the test says so, in the order in which they began. */
function heldBack() {
  const ends: (() => void)[] = []
  const begun: string[] = []
  const slowHash = (word: string): Promise<Uint8Array> => {
    begun.push(word)
    return new Promise(resolve => ends.push(() => resolve(new Uint8Array(64))))
  }
  const passwords = new Passwords({random: realWorld.random, slowHash})
  const next = async (): Promise<void> => {
    ends.shift()?.()
    for (let i = 0; i < 20; i++) await undefined
  }
  return {passwords, begun, next}
}

for (const [name, addresses] of [
  ['one address', ['198.51.100.1']],
  ['a few addresses', ['198.51.100.1', '198.51.100.2', '2001:db8:1:1::/64']],
  [
    'as many addresses as a network of IPv6 has',
    Array.from({length: 400}, (_, i) => `2001:db8:1:${i.toString(16)}::/64`),
  ],
] as const) {
  test(`who tries passwords in a loop from ${name} keeps nobody else waiting for it, or out`, async () => {
    const {passwords, begun, next} = heldBack()
    const outcomes = Array.from({length: 1_000}, (_, i) =>
      passwords.isRight(`guess ${i}`, null, addresses[i % addresses.length]).catch((error: unknown) => error),
    )
    const mine = passwords.isRight('mine', null, home)
    for (let turn = 0; turn < 20 && !begun.includes('mine'); turn++) await next()
    assert.ok(begun.includes('mine'), `${begun.length} guesses came first`)
    while (begun.length < 250) await next()
    assert.equal(await mine, false)
    assert.ok((await outcomes.at(-1)) instanceof Overloaded, 'who is one too many is told')
  })
}
