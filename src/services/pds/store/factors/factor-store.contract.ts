/** What every store of second factors keeps to: each is of one account, good once, and tries are counted. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {alice, bob, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {BackOff, FactorStore, Passkey} from './factor-store.ts'

const bytes = (...all: number[]): Uint8Array => new Uint8Array(all)
const passkey = (id: string, did: Did, more: Partial<Passkey> = {}): Passkey => ({
  id,
  did,
  publicKey: bytes(1, 2),
  counter: 0,
  transports: ['usb', 'nfc'],
  name: id,
  createdMs: 1,
  lastUsedMs: null,
  ...more,
})
const confirmTotp = async (factors: FactorStore, did: Did): Promise<boolean> =>
  (await factors.putTotp(did, bytes(1), 1)) && factors.takeTotp(did, bytes(1), 5, 1)
const nothing = {totp: undefined, passkeys: [], recoveryCodesLeft: 0}

/** `open` gives stores without accounts. */
export function testFactorStore(engine: string, open: OpenStores): void {
  suite(`factor store by ${engine}`, () => {
    test('a secret is confirmed by its first code, and each step is taken once', async context => {
      const {factors} = await withTwo(open, context)
      equal(await factors.putTotp(alice, bytes(1), 10), true)
      equal(await factors.putTotp(alice, bytes(2), 20), true, 'one that was never confirmed is replaced')
      equal(await factors.takeTotp(alice, bytes(1), 5, 30), false, 'the secret of before')
      deepEqual((await factors.of(alice)).totp, {secret: bytes(2), createdMs: 20, confirmedMs: null})
      equal(await factors.takeTotp(bob, bytes(2), 5, 30), false)
      equal(await factors.takeTotp(alice, bytes(2), 5, 30), true)
      for (const step of [4, 5]) equal(await factors.takeTotp(alice, bytes(2), step, 40), false)
      equal(await factors.takeTotp(alice, bytes(2), 6, 40), true)
      equal((await factors.of(alice)).totp?.confirmedMs, 30)
      equal(await factors.putTotp(alice, bytes(3), 50), false)
      equal(await factors.putTotp('did:web:nobody.test' as Did, bytes(3), 50), false)
      await factors.removeTotp(alice)
      deepEqual(await factors.of(alice), nothing)
    })

    test('passkeys are of one account, and their counters grow', async context => {
      const {factors, accounts} = await withTwo(open, context)
      equal(await factors.addPasskey(passkey('b', alice, {createdMs: 2}), 2), 'done')
      equal(await factors.addPasskey(passkey('a', alice, {transports: []}), 2), 'done')
      equal(await factors.addPasskey(passkey('c', alice), 2), 'too-many')
      equal(await factors.addPasskey(passkey('a', bob), 2), 'taken')
      deepEqual((await factors.of(alice)).passkeys, [
        passkey('a', alice, {transports: []}),
        passkey('b', alice, {createdMs: 2}),
      ])
      deepEqual(await factors.passkey('b'), passkey('b', alice, {createdMs: 2}))
      equal(await factors.passkey('c'), undefined)
      equal(await factors.usePasskey('a', 0, 5), true, 'one that does not count')
      equal(await factors.usePasskey('a', 3, 6), true)
      for (const counter of [0, 2, 3]) equal(await factors.usePasskey('a', counter, 7), false)
      equal((await factors.passkey('a'))?.lastUsedMs, 6)
      equal(await factors.renamePasskey(bob, 'a', 'mine'), false)
      equal(await factors.renamePasskey(alice, 'a', 'laptop'), true)
      equal((await factors.passkey('a'))?.name, 'laptop')
      equal(await factors.removePasskey(bob, 'a'), false)
      await accounts.setPassword(alice, null)
      equal(await factors.removePasskey(alice, 'b'), true)
      equal(await factors.removePasskey(alice, 'a'), false, 'the last one, without a password')
      await accounts.setPassword(alice, 'hash')
      equal(await factors.removePasskey(alice, 'a'), true)
      equal(await factors.removePasskey(alice, 'a'), false)
    })

    test('recovery codes are taken once, and new ones make those before void', async context => {
      const {factors} = await withTwo(open, context)
      for (const did of [alice, bob]) await confirmTotp(factors, did)
      await factors.putRecoveryCodes(alice, [bytes(1), bytes(2)])
      await factors.putRecoveryCodes(bob, [bytes(1)])
      equal(await factors.takeRecoveryCode(alice, bytes(1)), true)
      equal(await factors.takeRecoveryCode(alice, bytes(1)), false)
      equal((await factors.of(alice)).recoveryCodesLeft, 1)
      await factors.putRecoveryCodes(alice, [bytes(3)])
      equal(await factors.takeRecoveryCode(alice, bytes(2)), false)
      equal(await factors.takeRecoveryCode(bob, bytes(1)), true)
    })

    test('recovery codes go with the last factor that they stand in for, in the same act', async context => {
      const {factors, accounts} = await withTwo(open, context)
      const email = async (sinceMs: number | null): Promise<unknown> => accounts.setEmailFactor(alice, sinceMs)
      const ways: readonly [string, () => Promise<unknown>, () => Promise<unknown>][] = [
        ['an app', () => confirmTotp(factors, alice), () => factors.removeTotp(alice)],
        ['a passkey', () => factors.addPasskey(passkey('a', alice), 9), () => factors.removePasskey(alice, 'a')],
        ['codes by mail', () => email(1), () => email(null)],
        ['another address', () => email(1), () => accounts.setEmail(alice, 'new@alice.test', 1)],
      ]
      const left = async (): Promise<number> => (await factors.of(alice)).recoveryCodesLeft
      await accounts.setEmail(alice, 'me@alice.test', 1)
      for (const [what, add, remove] of ways) {
        await add()
        await factors.putRecoveryCodes(alice, [bytes(1)])
        equal(await left(), 1)
        await remove()
        equal(await left(), 0, what)
      }
      await confirmTotp(factors, alice)
      await factors.putRecoveryCodes(alice, [bytes(1)])
      await email(1)
      await factors.removeTotp(alice)
      equal(await left(), 1, 'they stand in for what is left')
      await email(null)
      await factors.putRecoveryCodes(alice, [bytes(1)])
      equal(await left(), 0, 'there is nothing to stand in for')
    })

    test('all of an account goes at once, and with the account', async context => {
      const {factors, accounts} = await withTwo(open, context)
      const fill = async (did: Did): Promise<void> => {
        await factors.putTotp(did, bytes(1), 1)
        await factors.addPasskey(passkey(`of ${did}`, did), 9)
        await factors.putRecoveryCodes(did, [bytes(1)])
      }
      await fill(alice)
      await fill(bob)
      await accounts.revoke(alice)
      deepEqual(await factors.of(alice), nothing)
      equal((await factors.of(bob)).passkeys.length, 1)
      await accounts.remove(bob, [])
      equal(await factors.passkey(`of ${bob}`), undefined)
    })

    const backOff: BackOff = {free: 2, firstMs: 10, maxMs: 40, forgetMs: 1_000}
    const ask = (factors: FactorStore, asker: string, shared: boolean, nowMs: number) =>
      factors.begin({did: alice, asker, shared}, backOff, nowMs)

    test('who fails waits, twice as long each time up to a bound, and is forgiven in time', async context => {
      const {factors} = await withTwo(open, context)
      const waits: number[] = []
      for (const nowMs of [1, 1, 1, 11, 11, 31, 71, 100, 111]) waits.push(await ask(factors, 'a', false, nowMs))
      deepEqual(waits, [0, 0, 10, 0, 20, 0, 0, 11, 0])
      equal(await ask(factors, 'b', false, 111), 0, 'another is another')
      equal(await ask(factors, 'a', false, 50), 40, 'a clock that is put back makes it no longer')
      equal(await ask(factors, 'a', false, 1_112), 0)
      equal(await ask(factors, 'a', false, 1_112), 0, 'counted anew')
    })

    test('what many could guess is counted for all together, but for whoever was let in before', async context => {
      const {factors, accounts} = await withTwo(open, context)
      await factors.right({did: alice, asker: 'home', shared: true}, 1)
      deepEqual(
        [await ask(factors, 'a', true, 1), await ask(factors, 'b', true, 1), await ask(factors, 'c', true, 1)],
        [0, 0, 10],
      )
      equal(await ask(factors, 'c', false, 1), 0, 'what nobody guesses is not')
      equal(await ask(factors, 'home', true, 1), 0)
      equal(await factors.begin({did: bob, asker: 'a', shared: true}, backOff, 1), 0, 'nor is another account')
      equal(await ask(factors, 'd', true, 11), 0)
      await factors.right({did: alice, asker: 'd', shared: true}, 11)
      equal(await ask(factors, 'e', true, 11), 10, 'who comes in makes it no easier for the others')
      await accounts.endAccess(alice)
      equal(await ask(factors, 'e', true, 11), 0)
      equal(await factors.begin({did: 'did:web:nobody.test' as Did, asker: 'a', shared: true}, backOff, 1), 0)
    })

    test('of a stranger’s thousand addresses a hundred are remembered, and none of the owner’s forgotten', async context => {
      const {factors} = await withTwo(open, context)
      await factors.right({did: alice, asker: 'home', shared: true}, 1)
      for (let i = 0; i < 300; i++) await ask(factors, `asker ${i}`, false, 2 + i)
      const twice = async (asker: string): Promise<number[]> => [
        await ask(factors, asker, false, 302),
        await ask(factors, asker, false, 302),
      ]
      deepEqual(
        [await twice('asker 200'), await twice('asker 199')],
        [
          [0, 10],
          [0, 0],
        ],
        'each had failed once',
      )
      await Promise.all([1, 2, 3].map(() => ask(factors, 'asker 299', false, 302)))
      equal((await ask(factors, 'asker 299', false, 302)) > 0, true)
      for (const at of [1, 2]) equal(await ask(factors, 'x', true, 302), 0, String(at))
      equal(await ask(factors, 'y', true, 302), 10)
      equal(await ask(factors, 'home', true, 302), 0)
    })

    test('who tried codes of another account takes nobody’s place', async context => {
      const {factors} = await withTwo(open, context)
      await ask(factors, 'stranger', false, 1)
      await factors.right({did: alice, asker: 'home', shared: true}, 1)
      for (let i = 0; i <= 100; i++) {
        await factors.begin({did: bob, asker: `stranger ${i}`, shared: true}, {...backOff, free: 1_000}, 2 + i)
        await factors.right({did: bob, asker: `home ${i}`, shared: false}, 2 + i)
      }
      await ask(factors, 'another', false, 199)
      await factors.right({did: alice, asker: 'home too', shared: false}, 199)
      deepEqual([await ask(factors, 'stranger', false, 200), await ask(factors, 'stranger', false, 200)], [0, 10])
      for (const asker of ['x', 'y']) await ask(factors, asker, true, 200)
      deepEqual([await ask(factors, 'z', true, 200), await ask(factors, 'home', true, 200)], [10, 0])
    })

    test('of where an account was let in from a hundred places are known', async context => {
      const {factors} = await withTwo(open, context)
      for (let i = 0; i <= 100; i++) await factors.right({did: alice, asker: `home ${i}`, shared: true}, 1 + i)
      for (const asker of ['x', 'y']) await ask(factors, asker, true, 102)
      const waits = ['home 1', 'home 100', 'home 0'].map(asker => ask(factors, asker, true, 102))
      deepEqual(await Promise.all(waits), [0, 0, 10])
    })

    test('what nobody ends is swept: secrets that were never confirmed, and who tried codes', async context => {
      const {factors} = await withTwo(open, context)
      const secret = new Uint8Array(1)
      await factors.putTotp(alice, secret, 5)
      await factors.putTotp(bob, secret, 5)
      await factors.takeTotp(bob, secret, 1, 6)
      await factors.right({did: alice, asker: 'home', shared: true}, 3)
      for (let i = 0; i < 3; i++) await ask(factors, 'stranger', true, 100)
      ok((await ask(factors, 'stranger', true, 100)) > 0)
      equal(await factors.sweep({unconfirmedMs: 5, strangersMs: 100, knownMs: 3}), false)
      ok((await factors.of(alice)).totp, 'nothing is that old')
      ok((await ask(factors, 'stranger', true, 100)) > 0)
      await factors.sweep({unconfirmedMs: 6, strangersMs: 101, knownMs: 3})
      deepEqual([(await factors.of(alice)).totp, (await factors.of(bob)).totp?.confirmedMs], [undefined, 6])
      for (let i = 0; i < 3; i++) equal(await ask(factors, 'stranger', true, 100), i < 2 ? 0 : 10)
      equal(await ask(factors, 'home', true, 100), 0, 'who was let in is still known')
      await factors.sweep({unconfirmedMs: 6, strangersMs: 3, knownMs: 101})
      equal(await ask(factors, 'home', true, 100), 10)
    })
  })
}
