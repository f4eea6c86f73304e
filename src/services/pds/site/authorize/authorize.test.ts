/** From an app to a decision and back, on a real server, as a browser without scripts does it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {askForAccess, loopbackClientId, type AccessRequestInit} from '../../../../../test/access-request.ts'
import {password, signUp} from '../../../../../test/pds-network.ts'
import {pdsSite, type PdsSiteNetwork} from '../../../../../test/pds-site.ts'
import type {SiteBrowser} from '../../../../../test/site-browser.ts'
import {formsToApp} from './go-on.ts'

const ask = ({pds}: PdsSiteNetwork, init?: AccessRequestInit) => askForAccess(request => pds.fetch(request), init)

/** Where an answer leads, if it is to the app: what the app is told. */
function answer(response: Response): Record<string, string> {
  const url = new URL(response.headers.get('location') ?? 'none:')
  assert.equal(url.origin + url.pathname, 'http://127.0.0.1/callback')
  const {code, iss, ...rest} = Object.fromEntries(url.searchParams)
  assert.equal(iss, 'http://localhost:2583')
  if (code !== undefined) assert.match(code, /^cod-/)
  return {...rest, ...(code !== undefined && {code: 'a code'})}
}

/** Sends the form of a page with the decision. */
function decide(browser: SiteBrowser, page: string, decision: 'accept' | 'reject'): Promise<Response> {
  const fields = Object.fromEntries(
    [...page.matchAll(/name="(client_id|request_uri|account)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  )
  return browser.post('/oauth/authorize', {...fields, decision})
}

suite('a request for access', () => {
  test('is agreed to by who is signed in, who sees in words what it is', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const {path} = await ask(network)
    const response = await browser.get(path)
    const page = await response.text()
    assert.match(
      page,
      /An app on your own computer<\/b> <span class="soft">\(127\.0\.0\.1\/callback\)<\/span> wants to use your account <b>@alice\.test/,
    )
    assert.match(page, /It runs on this computer, and could be any program there/)
    assert.match(response.headers.get('content-security-policy') ?? '', /form-action 'self' http:\/\/127\.0\.0\.1;/)
    assert.deepEqual(answer(await decide(browser, page, 'accept')), {state: 'mine', code: 'a code'})
  })

  test('is refused', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const page = await browser.page((await ask(network)).path)
    const told = answer(await decide(browser, page, 'reject'))
    assert.deepEqual([told.error, told.state], ['access_denied', 'mine'])
    assert.match(await browser.page((await ask(network)).path), /Give access\?/, 'the next one is asked anew')
  })

  test('signs in first, and keeps what was asked on the way', async context => {
    const network = await pdsSite(context)
    const browser = network.newBrowser()
    const {path} = await ask(network, {more: {login_hint: 'alice.test'}})
    const page = await browser.page(path)
    assert.match(page, /To go on to <b>An app on your own computer<\/b>[\s\S]*name="identifier" value="alice\.test"/)
    const [, next] = /name="next" value="([^"]+)"/.exec(page) ?? []
    const fields = {identifier: 'alice.test', password, next: next.replaceAll('&amp;', '&')}
    const to = (await browser.post('/account/sign-in', fields)).headers.get('location') ?? ''
    assert.match(to, /^\/oauth\/authorize\?.*account=did/)
    assert.deepEqual(answer(await decide(browser, await browser.page(to), 'accept')), {state: 'mine', code: 'a code'})
  })

  test('makes an account first', async context => {
    const network = await pdsSite(context)
    const browser = network.newBrowser()
    const page = await browser.page((await ask(network, {more: {prompt: 'create'}})).path)
    assert.match(page, /<h1>Create an account/)
    const [, next] = /name="next" value="([^"]+)"/.exec(page) ?? []
    const fields = {
      name: 'carol',
      domain: '.test',
      email: 'c@example.com',
      password,
      next: next.replaceAll('&amp;', '&'),
    }
    const to = (await browser.post('/account/sign-up', fields)).headers.get('location') ?? ''
    assert.match(await browser.page(to), /wants to use your account <b>@carol\.test/)
  })

  test('lets one choose among accounts, and change one’s mind', async context => {
    const network = await pdsSite(context)
    await signUp(network.agent(), 'bob')
    const browser = await network.alice()
    await browser.signIn('bob', password)
    const {path} = await ask(network)
    const page = await browser.page(path)
    assert.match(page, /Choose an account[\s\S]*@bob\.test[\s\S]*@alice\.test[\s\S]*Another account/)
    const consent = await browser.page(`${path}&account=${network.did}`)
    assert.match(consent, /your account <b>@alice\.test<\/b>[\s\S]*choose=1">Not @alice\.test/)
    assert.match(await browser.page(`${path}&account=${network.did}&choose=1`), /Choose an account/)
  })

  test('of an app that is vouched for is answered without words, or with why not, and asked for once', async context => {
    const id = loopbackClientId('http://127.0.0.1/callback', 'atproto transition:generic')
    const network = await pdsSite(context, {PDS_OAUTH_TRUSTED_CLIENTS: id})
    const silent = async (browser: SiteBrowser) =>
      answer(await browser.get((await ask(network, {more: {prompt: 'none'}})).path))
    assert.equal((await silent(network.newBrowser())).error, 'login_required')
    const browser = await network.alice()
    assert.equal((await silent(browser)).error, 'consent_required')
    await decide(browser, await browser.page((await ask(network)).path), 'accept')
    assert.deepEqual(await silent(browser), {state: 'mine', code: 'a code'})
    assert.deepEqual(answer(await browser.get((await ask(network)).path)), {state: 'mine', code: 'a code'})
    assert.match(await browser.page((await ask(network, {more: {prompt: 'consent'}})).path), /Give access\?/)
  })

  test('of an app that anybody could pretend to be is never answered without words, and is told why', async context => {
    const network = await pdsSite(context)
    const silent = async (browser: SiteBrowser) =>
      answer(await browser.get((await ask(network, {more: {prompt: 'none'}})).path)).error
    const browser = await network.alice()
    await decide(browser, await browser.page((await ask(network)).path), 'accept')
    assert.deepEqual(
      [await silent(network.newBrowser()), await silent(browser)],
      ['login_required', 'consent_required'],
    )
  })

  test('of an account at rest leads to waking it', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    await browser.post(`/account/${network.did}/data/deactivate`, {days: ''})
    const page = await browser.page((await ask(network)).path)
    assert.match(page, new RegExp(`account is deactivated[\\s\\S]*href="/account/${network.did}/data"`))
    assert.doesNotMatch(page, /Allow/)
  })

  test('is told of in words when it cannot be decided on', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const {path, clientId, requestUri} = await ask(network)
    for (const other of [
      '/oauth/authorize',
      `/oauth/authorize?client_id=${encodeURIComponent(clientId)}`,
      `/oauth/authorize?${new URLSearchParams({client_id: clientId, request_uri: 'urn:x'})}`,
      `/oauth/authorize?${new URLSearchParams({client_id: 'http://localhost', request_uri: requestUri})}`,
    ]) {
      const response = await browser.get(other)
      assert.equal(response.status, 400, other)
      assert.match(await response.text(), /Start again from the app/)
    }
    const page = await browser.page(path)
    await decide(browser, page, 'accept')
    const again = await decide(browser, page, 'accept')
    assert.equal(again.status, 400)
    assert.match(await again.text(), /answered already/)
  })

  test('by form_post goes on by a form, which a script sends at once', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const page = await browser.page((await ask(network, {more: {response_mode: 'form_post'}})).path)
    const response = await decide(browser, page, 'accept')
    const text = await response.text()
    assert.match(text, /<form class="stack" method="post" action="http:\/\/127\.0\.0\.1\/callback" data-send-on>/)
    assert.match(text, /name="iss"[\s\S]*name="state" value="mine"[\s\S]*name="code" value="cod-/)
    assert.match(response.headers.get('content-security-policy') ?? '', /form-action 'self' http:\/\/127\.0\.0\.1;/)
  })
})

test('forms may lead to the app and nowhere else', () => {
  const rows: [origin: string, sources: string[]][] = [
    ['https://app.example', ['https:']],
    ['http://127.0.0.1:8080', ['http://127.0.0.1:8080']],
    ['http://[::1]:8080', ['http:']],
    ['com.example.app:', ['com.example.app:']],
  ]
  for (const [origin, sources] of rows) assert.deepEqual(formsToApp(origin), sources)
})
