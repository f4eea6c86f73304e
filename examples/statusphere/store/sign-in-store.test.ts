/** Who is signed in, and until when; the stores of the OAuth client keep to what those of the SDK do. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {testOAuthSessionStore, testStateStore} from '../../../src/sdk/oauth/stores.contract.ts'
import {migrations} from './schema.ts'
import {browsersMax, SignInStore} from './sign-in-store.ts'

const alice = 'did:web:alice.test' as Did
const open = (now = () => 0): SignInStore => new SignInStore(openSql('memory:', {migrations}), now)

testStateStore('the app’s database', () => open().states)
testOAuthSessionStore('the app’s database', () => open().sessions)

suite('browsers in which somebody is signed in', () => {
  test('are known until they end or are removed, and the last one is told', async () => {
    let now = 0
    const store = open(() => now)
    await store.addBrowser('a', alice, 10)
    await store.addBrowser('b', alice, 20)
    deepEqual([await store.browser('a'), await store.browser('c')], [alice, undefined])
    now = 10
    equal(await store.browser('a'), undefined)
    deepEqual([await store.removeBrowser('c'), await store.removeBrowser('a')], [false, false])
    deepEqual([await store.removeBrowser('b'), await store.browser('b')], [true, undefined])
  })

  test('are a bounded number for each account', async () => {
    const store = open()
    for (let i = 0; i <= browsersMax; i++) await store.addBrowser(`b${i}`, alice, i + 1)
    deepEqual([await store.browser('b0'), await store.browser(`b${browsersMax}`)], [undefined, alice])
  })
})

test('a secret is made once', async () => {
  const store = open()
  deepEqual([await store.secret('s', () => 'one'), await store.secret('s', () => 'two')], ['one', 'one'])
})
