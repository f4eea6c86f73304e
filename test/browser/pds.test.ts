/**
 * The pages of a PDS in a browser: each is without fault on a phone and a desk, light and dark; somebody with nothing but
 * a keyboard comes from making an account to an app and back; passkeys and codes guard it.
 */
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import {after, before, suite, test} from 'node:test'
import {Secret, TOTP} from 'otpauth'
import type {Browser, BrowserContext, Page} from 'playwright-core'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {contentPolicy} from '#pages/security-headers.ts'
import {formsToApp} from '#services/pds/site/authorize/go-on.ts'
import {askForAccess} from '../access-request.ts'
import {until} from '../until.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {tabTo} from './keyboard.ts'
import {axeFile, faultsOf, isNoAnswer} from './page-faults.ts'
import {openPdsServer, password, type PdsServer} from './pds-server.ts'

useNativeCrypto()

const wide = 'atproto transition:generic transition:chat.bsky account:email identity:* blob:image/*'

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/account/sign-in')
  await page.getByLabel('Handle or email').fill(`${name}.test`)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', {name: 'Sign in', exact: true}).click()
  await page.waitForURL(/\/account(?:\/did:.*)?$/)
}

/** An authenticator that always says yes, as a phone does whose owner touches it. */
async function withAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const client = await context.newCDPSession(page)
  await client.send('WebAuthn.enable')
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

interface ListeningApp extends AsyncDisposable {
  readonly redirectUri: string
  /** What it was asked: method, path and body. */
  readonly told: readonly string[]
}

/** An app on this machine. It answers with a page, and forms with a redirect if it has a `location`. */
async function listenAsApp({
  policy = '',
  page = '<!doctype html><title>The app</title>',
  location = '',
} = {}): Promise<ListeningApp> {
  const told: string[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      told.push(`${request.method} ${request.url} ${body}`.trim())
      if (request.method === 'POST' && location !== '') return response.writeHead(303, {location}).end()
      const headers = {'content-type': 'text/html', ...(policy !== '' && {'content-security-policy': policy})}
      return response.writeHead(200, headers).end(page)
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    told,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

/** Whether a form, whose answer leads to the scheme of an app, may go on under a policy. */
async function goesOn(browser: Browser, formsTo: readonly string[]): Promise<boolean> {
  await using context = await browser.newContext()
  const {page, complaints} = await openPage(context)
  await using site = await listenAsApp({
    policy: contentPolicy([], formsTo),
    page: '<!doctype html><title>Go</title><form method="post" action="/go"><button>Go</button></form>',
    location: 'com.example.app:/callback?code=x',
  })
  await page.goto(new URL('/', site.redirectUri).href)
  await page.getByRole('button').click()
  await until(async () => site.told.some(text => text.startsWith('POST /go')), 'the form is sent')
  await page.waitForTimeout(300)
  return !complaints.some(text => text.includes('form-action'))
}

suite('the pages of a PDS in a browser', {skip: withoutChromium, timeout: 240_000}, () => {
  let pds: PdsServer
  let browser: Browser
  let did: string

  before(async () => {
    pds = await openPdsServer()
    did = await pds.signUp('alice')
    await pds.signUp('bob')
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await pds?.[Symbol.asyncDispose]()
  })
  const ask = async (more: Record<string, string> = {}, redirectUri = 'http://127.0.0.1/callback') =>
    (await askForAccess(fetch, {at: pds.url, scope: wide, redirectUri, more})).path

  test('each is without fault', async () => {
    await using context = await browser.newContext({baseURL: pds.url})
    await context.addInitScript({path: axeFile})
    const {page, complaints} = await openPage(context)
    const faults: string[] = []
    const look = async (path: string): Promise<void> => {
      await page.goto(path)
      for (const fault of await faultsOf(page)) faults.push(`${path}, ${fault}`)
    }
    const open = ['sign-in', 'sign-in?why=again', 'sign-up', 'reset', 'reset/finish?sent=1&next=/account'].map(
      name => `/account/${name}`,
    )
    for (const path of [...open, '/no-such-page', '/oauth/authorize']) await look(path)
    await signIn(page, 'alice')
    for (const name of ['', '/security', '/apps', '/devices?done=device', '/data?done=delete-sent']) {
      await look(`/account/${did}${name}`)
    }
    await look(await ask())
    await signIn(page, 'bob')
    await look('/account?all')
    await look(await ask())
    await page.goto(`/account/${did}/security`)
    await page.getByLabel('Password', {exact: true}).fill(password)
    await page.getByRole('button', {name: 'Change second factors'}).click()
    await page.getByRole('button', {name: 'Set up an app'}).click()
    for (const fault of await faultsOf(page)) faults.push(`setting up an app, ${fault}`)
    assert.deepEqual([...faults, ...complaints.filter(text => isNoAnswer(text) && !/\b400 \(Bad/.test(text))], [])
  })

  test('somebody makes an account, agrees, and looks at it, by keyboard alone', async () => {
    await using context = await browser.newContext({baseURL: pds.url})
    const {page} = await openPage(context)
    await using app = await listenAsApp()
    await page.goto(await ask({prompt: 'create'}, app.redirectUri))
    for (const [name, text] of [
      [/^Handle/, 'carol'],
      [/^Email/, 'carol@example.com'],
      [/^Password/, password],
    ] as const) {
      await tabTo(page, name)
      await page.keyboard.type(text)
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', {name: 'Give access?'}).waitFor()
    await tabTo(page, /Allow/)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${app.redirectUri}**`)
    assert.match(app.told.join(), /^GET \/callback\?.*code=cod-/)
    await page.goto('/account')
    await page.getByText('not confirmed').waitFor()
    await tabTo(page, /Code from the email/)
    await page.keyboard.type(pds.mailedCode('carol@example.com'))
    await page.keyboard.press('Enter')
    await page.getByText('Your email address is confirmed').waitFor()
    await tabTo(page, /Devices/)
    await page.keyboard.press('Enter')
    await page.getByText('this one').waitFor()
  })

  test('the answer goes to an app as it wants it: by a redirect, in a fragment, by a form', async () => {
    await using context = await browser.newContext({baseURL: pds.url})
    const {page, complaints} = await openPage(context)
    await signIn(page, 'bob')
    await using app = await listenAsApp()
    for (const mode of ['query', 'fragment', 'form_post']) {
      await page.goto(await ask({response_mode: mode}, app.redirectUri))
      await page.getByRole('button', {name: 'Allow'}).click()
      await page.waitForURL(`${app.redirectUri}**`)
      const {hash} = new URL(page.url())
      const told = app.told.filter(text => !text.includes('favicon')).at(-1) ?? ''
      const isTold = {
        query: /^GET \/callback\?.*code=cod-/,
        fragment: /^GET \/callback$/,
        form_post: /^POST \/callback .*code=cod-/,
      }
      assert.match(told, isTold[mode as keyof typeof isTold])
      assert.equal(/code=cod-/.test(hash), mode === 'fragment')
    }
    assert.deepEqual(complaints.filter(isNoAnswer), [])
  })

  test('browsers go on to an app by its own scheme, where the page says so', async () => {
    assert.equal(await goesOn(browser, []), false)
    assert.equal(await goesOn(browser, formsToApp('com.example.app:')), true)
  })

  test('a passkey is added, is asked for after the password, and signs in alone', async () => {
    const carol = await pds.signUp('dave')
    await using context = await browser.newContext({baseURL: pds.url})
    const {page, complaints} = await openPage(context)
    await withAuthenticator(context, page)
    await signIn(page, 'dave')
    await page.goto(`/account/${carol}/security`)
    await page.getByLabel('Password', {exact: true}).fill(password)
    await page.getByRole('button', {name: 'Change second factors'}).click()
    await page.getByLabel('Name of the new passkey').fill('My phone')
    await page.getByRole('button', {name: 'Add a passkey'}).click()
    await page.getByText('The passkey is added').waitFor()
    await page.getByRole('button', {name: 'Make new codes'}).click()
    assert.equal(await page.locator('.codes li').count(), 10)
    await page.getByLabel('Name of the new passkey').fill('My phone again')
    await page.getByRole('button', {name: 'Add a passkey'}).click()
    await page.getByText('This device already has a passkey').waitFor()
    const belowPx = await page.evaluate(() => {
      const below = document.querySelector('main .card:last-of-type')?.getBoundingClientRect().bottom ?? 0
      return document.documentElement.scrollHeight - scrollY - below
    })
    assert.ok(belowPx < 130, `${belowPx} px of nothing end the page`)

    await context.clearCookies()
    await page.goto('/account/sign-in')
    await page.getByLabel('Handle or email').fill('dave')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', {name: 'Sign in', exact: true}).click()
    await page.getByRole('heading', {name: 'Second step'}).waitFor()
    await page.getByRole('button', {name: 'Use a passkey'}).click()
    await page.waitForURL('**/account/did:**')

    await context.clearCookies()
    await page.goto('/account/sign-in')
    await page.getByRole('button', {name: 'Sign in with a passkey'}).click()
    await page.waitForURL('**/account/did:**')
    await page.getByRole('heading', {name: '@dave.test'}).waitFor()
    assert.deepEqual(complaints, [])
  })

  test('an authenticator app is set up, and asked for', async () => {
    const erin = await pds.signUp('erin')
    await using context = await browser.newContext({baseURL: pds.url, javaScriptEnabled: false})
    const {page} = await openPage(context)
    await signIn(page, 'erin')
    await page.goto(`/account/${erin}/security`)
    await page.getByLabel('Password', {exact: true}).fill(password)
    await page.getByRole('button', {name: 'Change second factors'}).click()
    await page.getByRole('button', {name: 'Set up an app'}).click()
    const secret = (await page.locator('.secret').textContent()) ?? ''
    const codeAt = (ms: number) => new TOTP({secret: Secret.fromBase32(secret)}).generate({timestamp: ms})
    await page.getByLabel('Code from the app').fill('000000')
    await page.getByRole('button', {name: 'Confirm'}).click()
    await page.getByText('This code is wrong').waitFor()
    await page.getByLabel('Code from the app').fill(codeAt(Date.now()))
    await page.getByRole('button', {name: 'Confirm'}).click()
    await page.getByText('The authenticator app is set up').waitFor()

    await context.clearCookies()
    await page.goto('/account/sign-in')
    await page.getByLabel('Handle or email').fill('erin')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', {name: 'Sign in', exact: true}).click()
    // The one before was taken; a code of the next half minute is good too.
    await page.getByLabel('Code from your authenticator app').fill(codeAt(Date.now() + 30_000))
    await page.getByRole('button', {name: 'Sign in', exact: true}).first().click()
    await page.waitForURL('**/account/did:**')
  })
})
