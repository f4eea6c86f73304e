/**
 * The official OAuth client for browsers, unchanged, in a browser, against a PDS: somebody signs in and agrees on the
 * pages of the server, and the app reads, refreshes and gives its access back.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import type {Browser, Page} from 'playwright-core'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {serveApp, type AppServer} from './npm-server.ts'
import {openPdsServer, password, type PdsServer} from './pds-server.ts'

useNativeCrypto()

/** An app as its author writes it: `app` is for the test, which plays whoever clicks its buttons. */
const script = (pds: string, plc: string): string => `
  import {BrowserOAuthClient} from '@atproto/oauth-client-browser'
  const scope = 'atproto transition:generic'
  const redirect = location.origin + '/'
  const client = new BrowserOAuthClient({
    clientMetadata: {
      client_id: 'http://localhost?' + new URLSearchParams({redirect_uri: redirect, scope}),
      redirect_uris: [redirect], scope,
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
      application_type: 'native', token_endpoint_auth_method: 'none', dpop_bound_access_tokens: true,
    },
    responseMode: new URLSearchParams(location.search).get('mode') ?? 'fragment',
    handleResolver: '${pds}', plcDirectoryUrl: '${plc}', allowHttp: true,
  })
  const call = async (session, method) => (await session.fetchHandler('/xrpc/' + method)).json()
  const told = document.querySelector('#told')
  window.app = {
    signIn: (handle, options) => client.signInRedirect(handle, {scope, ...options}),
    popup: async handle => (await client.signInPopup(handle, {scope})).did,
    again: async (did, refresh) => (await call(await client.restore(did, refresh), 'com.atproto.server.getSession')).did,
    expiry: async did => (await (await client.restore(did, false)).getTokenInfo(false)).expiresAt?.getTime(),
    revoke: did => client.revoke(did),
  }
  try {
    const result = await client.init()
    told.textContent = result
      ? JSON.stringify({state: result.state, ...await call(result.session, 'com.atproto.server.getSession')})
      : 'nobody'
  } catch (error) {
    told.textContent = 'failed: ' + error.message
  }
`

interface App {
  signIn(handle: string, options?: object): Promise<never>
  popup(handle: string): Promise<string>
  again(did: string, refresh: boolean): Promise<string>
  expiry(did: string): Promise<number>
  revoke(did: string): Promise<void>
}
type AppWindow = Window & {app: App}

/** What the app says once it has begun. */
async function told(page: Page): Promise<string> {
  await page.locator('#told:not(:empty)').waitFor()
  return (await page.locator('#told').textContent()) ?? ''
}

async function signInAndAllow(page: Page): Promise<void> {
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', {name: 'Sign in', exact: true}).click()
  await page.getByRole('heading', {name: 'Give access?'}).waitFor()
  await page.getByRole('button', {name: 'Allow'}).click()
}

suite('the official client in a browser', {skip: withoutChromium, timeout: 120_000}, () => {
  let pds: PdsServer
  let app: AppServer
  let browser: Browser
  let did: string

  before(async () => {
    pds = await openPdsServer()
    did = await pds.signUp('alice')
    app = await serveApp(script(pds.url, pds.plcUrl), ['@atproto/oauth-client-browser'])
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await app?.[Symbol.asyncDispose]()
    await pds?.[Symbol.asyncDispose]()
  })

  test('signs somebody in with consent, refreshes and revokes', async () => {
    await using context = await browser.newContext({baseURL: app.origin})
    const {page, complaints} = await openPage(context)
    await page.goto('/')
    assert.equal(await told(page), 'nobody')
    const gone = page.waitForURL(`${pds.url}/account/sign-in**`)
    await page.evaluate(() => void (window as unknown as AppWindow).app.signIn('alice.test', {state: 'mine'}))
    await gone
    await signInAndAllow(page)
    await page.waitForURL(`${app.origin}/**`)
    const session = JSON.parse(await told(page)) as Record<string, unknown>
    assert.deepEqual([session.did, session.handle, session.state], [did, 'alice.test', 'mine'])

    const again = (refresh: boolean) =>
      page.evaluate(([did, refresh]) => (window as unknown as AppWindow).app.again(did, refresh), [
        did,
        refresh,
      ] as const)
    assert.equal(await again(false), did)
    assert.equal(await again(true), did, 'refreshed')
    await page.goto(`${pds.url}/account/${did}/apps`)
    await page.getByText('An app on your own computer').waitFor()
    await page.getByText(`(${new URL(app.origin).host}/`).waitFor()
    await page.goto(app.origin)
    await told(page)
    await page.evaluate(did => (window as unknown as AppWindow).app.revoke(did), did)
    await assert.rejects(again(false))
    await page.goto(`${pds.url}/account/${did}/apps`)
    assert.equal(await page.getByText('An app on your own computer').count(), 0)
    // The first proof of a client has no nonce yet, and is answered with one.
    assert.deepEqual(
      complaints.filter(text => !/\b400 \(Bad Request\)$/.test(text)),
      [],
    )
  })

  test('is told when somebody refuses', async () => {
    await using context = await browser.newContext({baseURL: app.origin})
    const {page} = await openPage(context)
    await page.goto('/')
    await told(page)
    await page.evaluate(() => void (window as unknown as AppWindow).app.signIn('alice.test'))
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', {name: 'Sign in', exact: true}).click()
    await page.getByRole('button', {name: 'Refuse'}).click()
    await page.waitForURL(`${app.origin}/**`)
    assert.match(await told(page), /^failed: The request was not agreed to/)
  })

  test('signs somebody in by a window of its own', async () => {
    await using context = await browser.newContext({baseURL: app.origin})
    const {page} = await openPage(context)
    await page.goto('/')
    await told(page)
    const opened = context.waitForEvent('page')
    const signedIn = page.evaluate(() => (window as unknown as AppWindow).app.popup('alice.test'))
    const popup = await opened
    await popup.waitForURL(`${pds.url}/account/sign-in**`)
    await signInAndAllow(popup)
    assert.equal(await signedIn, did)
  })

  test('loses its access when the owner ends it', async () => {
    await using context = await browser.newContext({baseURL: app.origin})
    const {page} = await openPage(context)
    await page.goto('/')
    await told(page)
    await page.evaluate(() => void (window as unknown as AppWindow).app.signIn('alice.test'))
    await signInAndAllow(page)
    await page.waitForURL(`${app.origin}/**`)
    await told(page)
    await page.goto(`${pds.url}/account/${did}/apps`)
    await page
      .getByRole('button', {name: /^End the access/})
      .first()
      .click()
    await page.getByText('The app has no access any more').waitFor()
    await page.goto(app.origin)
    assert.match(await told(page), /The session has ended/)
  })
})
