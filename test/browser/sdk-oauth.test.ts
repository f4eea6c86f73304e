/** The SDK's OAuth client in a browser, as its source stands, against a PDS: and its stores keep to their contracts there. */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import type {Browser, BrowserContext, Page} from 'playwright-core'
import type {Did} from '#atp/syntax/did.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import type {OAuthSessionStore} from '#sdk/oauth/oauth-session-store.ts'
import type {StateStore} from '#sdk/oauth/state-store.ts'
import {testOAuthSessionStore, testStateStore} from '#sdk/oauth/stores.contract.ts'
import {toUtf8} from '#std/text.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {openPdsServer, password, type PdsServer} from './pds-server.ts'
import type {App} from './sdk-oauth.browser.ts'
import {serveSource, type SourceServer} from './source-server.ts'

useNativeCrypto()

type AppWindow = Window & {app: App}

async function told(page: Page): Promise<string> {
  await page.locator('#told:not(:empty)').waitFor()
  return (await page.locator('#told').textContent()) ?? ''
}

suite('the SDK’s OAuth client in a browser', {skip: withoutChromium, timeout: 120_000}, () => {
  let pds: PdsServer
  let app: SourceServer
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]
  let did: Did

  before(async () => {
    pds = await openPdsServer()
    did = (await pds.signUp('alice')) as Did
    const given = new Map([['given.json', toUtf8(JSON.stringify({plcUrl: pds.plcUrl}))]])
    app = await serveSource(given, 'test/browser/sdk-oauth.html')
    browser = await openBrowser()
    context = await browser.newContext({baseURL: app.origin})
    ;({page, complaints} = await openPage(context))
    await page.goto('/')
    assert.equal(await told(page), 'nobody')
  })
  after(async () => {
    await browser?.close()
    await app?.[Symbol.asyncDispose]()
    await pds?.[Symbol.asyncDispose]()
  })

  const signIn = async (button: 'Allow' | 'Refuse'): Promise<string> => {
    await page.evaluate(named => void (window as unknown as AppWindow).app.signIn(named), did)
    await page.waitForURL(`${pds.url}/**`)
    const field = page.getByLabel('Password')
    await field
      .or(page.getByRole('heading', {name: 'Give access?'}))
      .first()
      .waitFor()
    if (await field.isVisible()) {
      await field.fill(password)
      await page.getByRole('button', {name: 'Sign in', exact: true}).click()
    }
    await page.getByRole('button', {name: button}).click()
    await page.waitForURL(`${app.origin}/**`)
    return told(page)
  }

  let databases = 0
  /** A store in the page, called from here: what its contract gives and takes is plain. */
  const inPage = <T>(kind: 'states' | 'sessions', methods: readonly string[]): T => {
    const database = `contract ${++databases}`
    const call =
      (method: string) =>
      (...given: unknown[]) =>
        page.evaluate(
          ([database, kind, method, given]) => {
            const {store} = (window as unknown as AppWindow).app
            return store(database, kind, method, ...given)
          },
          [database, kind, method, given] as const,
        )
    return Object.fromEntries(methods.map(method => [method, call(method)])) as T
  }
  testStateStore('IndexedDB', () => inPage<StateStore>('states', ['put', 'take']))
  testOAuthSessionStore('IndexedDB', () => inPage<OAuthSessionStore>('sessions', ['get', 'put', 'delete']))

  test('sign-ins that nobody finishes push the oldest out', async () => {
    const store = inPage<StateStore>('states', ['put', 'take'])
    await Promise.all(Array.from({length: 102}, (_, i) => store.put(`s${i}`, {endsMs: i} as never)))
    assert.deepEqual(await store.take('s1'), undefined)
    assert.deepEqual(await store.take('s2'), {endsMs: 2})
  })

  test('signs somebody in who agrees, once; goes on after the page was left, and renews once for all', async () => {
    assert.equal(await signIn('Refuse'), 'denied')
    assert.equal(await signIn('Allow'), 'mine alice.test')
    await page.reload()
    assert.equal(await told(page), 'unknown-state', 'the same answer once more')
    await page.goto('/')
    await told(page)
    const handle = (fresh: boolean) =>
      page.evaluate(([did, fresh]) => (window as unknown as AppWindow).app.handle(did, fresh), [did, fresh] as const)
    assert.equal(await handle(false), 'alice.test')
    assert.equal(await handle(true), 'alice.test')
    assert.equal(await page.evaluate(did => (window as unknown as AppWindow).app.keyIsHeld(did), did), true)

    const {page: other} = await openPage(context)
    await other.goto('/')
    await told(other)
    const together = (tab: Page) => tab.evaluate(did => (window as unknown as AppWindow).app.together(did, 3), did)
    const renewals = await Promise.all([together(page), together(other)])
    assert.ok(renewals.every(count => count <= 1) && renewals[0] + renewals[1] >= 1, `renewed ${renewals.join()} times`)
    assert.equal(await handle(false), 'alice.test')

    await page.evaluate(did => (window as unknown as AppWindow).app.signOut(did), did)
    await assert.rejects(handle(false), /There is no session/)
    // The first proof of a client has no nonce yet, and is answered with one.
    assert.deepEqual(
      complaints.filter(text => !/\b40[01] \(/.test(text)),
      [],
    )
  })
})
