/** Browsers before a store that keeps to its contract: what secret they hold, for how long, and what is noted of them. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {alice, bob, carol, withTwo} from '../../../../test/pds-stores.ts'
import {pdsMigrations} from '../store/schema.ts'
import {sqlitePdsStores} from '../store/stores.sqlite.ts'
import {authenticationAgeMaxMs, deviceAgeMaxMs, Devices, networkOf} from './devices.ts'

useNativeCrypto()

const here = {address: '192.0.2.7', userAgent: 'UA'}

async function open(context: TestContext) {
  const stores = await withTwo(async () => {
    const sql = openSqlite(undefined, {migrations: pdsMigrations})
    context.after(() => sql.close())
    return sqlitePdsStores(sql)
  }, context)
  const clock = {nowMs: 1_000}
  let random = 0
  const world = {now: () => clock.nowMs, random: (size: number) => new Uint8Array(size).fill(++random)}
  return {devices: new Devices({store: stores.devices, world}), store: stores.devices, clock}
}

suite('a browser', () => {
  test('gets a new secret each time somebody signs in, whatever it held before', async context => {
    const {devices, store} = await open(context)
    const planted = 'A'.repeat(43)
    const first = await devices.signIn(alice, planted, here)
    assert.notEqual(first, planted)
    assert.match(first, /^[\w-]{43}$/)
    assert.equal(await devices.find(planted, here), undefined)
    const second = await devices.signIn(bob, first, here)
    assert.equal(await devices.find(first, here), undefined)
    const device = await devices.find(second, here)
    assert.deepEqual(new Set(device?.accounts.map(({did}) => did)), new Set([alice, bob]))
    assert.equal(await store.find(second), undefined, 'only its hash is kept')
    await assert.rejects(devices.signIn(carol, second, here), {reason: 'account-gone'})
  })

  test('has to show again who it is after seven days, and is forgotten after ninety unseen', async context => {
    const {devices, clock} = await open(context)
    const secret = await devices.signIn(alice, undefined, here)
    const signedIn = async () => devices.signedIn(await devices.find(secret, here), alice)?.did
    assert.equal(await signedIn(), alice)
    assert.equal(devices.signedIn(await devices.find(secret, here), bob), undefined)
    clock.nowMs += authenticationAgeMaxMs - 1
    assert.equal(await signedIn(), alice)
    clock.nowMs += 1
    assert.equal(await signedIn(), undefined)
    assert.ok(await devices.find(secret, here), 'it is still known')
    clock.nowMs += deviceAgeMaxMs + 1
    assert.equal(await devices.find(secret, here), undefined)
    await devices.sweep()
    assert.deepEqual(await devices.ofAccount(alice), [])
  })

  test('is noted with the network that it comes from and its name, cut, once an hour or when they change', async context => {
    const {devices, clock} = await open(context)
    const secret = await devices.signIn(alice, undefined, {...here, userAgent: 'x'.repeat(5_000)})
    const [first] = await devices.ofAccount(alice)
    assert.deepEqual([first.address, first.userAgent.length, first.seenMs], ['192.0.2.0/24', 300, 1_000])
    await devices.find(secret, here)
    const seen = async () => (await devices.ofAccount(alice)).map(({seenMs, address}) => [seenMs, address])
    clock.nowMs += 3_599_999
    await devices.find(secret, {...here, address: '192.0.2.9'})
    assert.deepEqual(await seen(), [[1_000, '192.0.2.0/24']], 'a neighbour is no news')
    clock.nowMs += 1
    await devices.find(secret, here)
    assert.deepEqual(await seen(), [[3_601_000, '192.0.2.0/24']])
    clock.nowMs += 1
    await devices.find(secret, {...here, address: '2001:db8:1:2::3'})
    assert.deepEqual(await seen(), [[3_601_001, '2001:db8:1::/48']])
  })

  test('is signed out of one account, or an account of all', async context => {
    const {devices} = await open(context)
    const secret = await devices.signIn(bob, await devices.signIn(alice, undefined, here), here)
    const device = await devices.find(secret, here)
    assert.ok(device)
    await devices.signOut(device, alice)
    assert.deepEqual(
      (await devices.find(secret, here))?.accounts.map(({did}) => did),
      [bob],
    )
  })
})

test('the network of an address', () => {
  const networks: [address: string, network: string][] = [
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3::4', '2001:db8:1::/48'],
    ['local', 'local'],
    ['127.0.0.1', 'local'],
    ['::1', 'local'],
    ['<b>', 'local'],
  ]
  for (const [address, network] of networks) assert.equal(networkOf(address), network, address)
})
