/** The second step of signing in, and the page on which it is set up. Passkeys need a browser: `test/browser/pds.test.ts`. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Secret, TOTP} from 'otpauth'
import {password} from '../../../../../test/pds-network.ts'
import {pdsSite, type PdsSiteNetwork} from '../../../../../test/pds-site.ts'
import type {SiteBrowser} from '../../../../../test/site-browser.ts'

const alert = (page: string): string | undefined => /role="alert">\s*([^<]*)/.exec(page)?.[1]
const ticketOf = (page: string): string => /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? ''

/** A browser on the security page of Alice, who has shown that it is her. */
async function proven(network: PdsSiteNetwork): Promise<{browser: SiteBrowser; path: string}> {
  const browser = await network.alice()
  const path = `/account/${network.did}/security`
  await browser.post(`${path}/prove`, {kind: 'password', password})
  assert.match(await browser.page(path), /Add a passkey/)
  return {browser, path}
}

/** Sets up an authenticator app; gives what it shows now, and half a minute from now. */
async function withApp(
  network: PdsSiteNetwork,
): Promise<{browser: SiteBrowser; path: string; code(aheadMs?: number): string}> {
  const {browser, path} = await proven(network)
  const page = await (await browser.post(`${path}/begin-totp`)).text()
  const [, secret = ''] = /<code class="mono secret">([A-Z2-7]+)</.exec(page) ?? []
  assert.match(page, /<svg[^>]*viewBox[\s\S]*<path fill="black"/)
  const app = new TOTP({secret: Secret.fromBase32(secret)})
  const code = (aheadMs = 0): string => app.generate({timestamp: Date.now() + aheadMs})
  const confirm = (given: string) =>
    browser.post(`${path}/confirm-totp`, {
      code: given,
      secret,
      uri: /name="uri" value="([^"]+)"/.exec(page)![1].replaceAll('&amp;', '&'),
    })
  const wrong = await (await confirm('000000')).text()
  assert.match(alert(wrong) ?? '', /code is wrong/)
  assert.match(wrong, new RegExp(secret), 'it can be tried again')
  const long = {code: '000000', secret, uri: `otpauth://totp/${'x'.repeat(9_000)}`}
  assert.equal((await browser.post(`${path}/confirm-totp`, long)).status, 422, 'of what no picture holds none is made')
  assert.equal((await confirm(code())).status, 303)
  return {browser, path, code}
}

suite('the second step of signing in', () => {
  test('takes the code of an app after the password, and nothing before', async context => {
    const network = await pdsSite(context)
    const {code} = await withApp(network)
    const browser = network.newBrowser()
    const second = await (await browser.signIn('alice', password)).text()
    assert.match(
      second,
      /<h1>Second step[\s\S]*Signing in as <b>@alice\.test<\/b> on localhost:2583\.[\s\S]*Code from your authenticator app/,
    )
    assert.ok(!browser.cookies.has('wholesky-account'))
    const step = async (fields: Record<string, string>) =>
      browser.post('/account/sign-in/factor', {ticket: ticketOf(second), next: '/account', kind: 'totp', ...fields})
    const wrong = await (await step({code: '000000'})).text()
    assert.match(alert(wrong) ?? '', /code is wrong/)
    assert.match(wrong, /<h1>Second step/)
    const used = alert(await (await step({code: code()})).text()) ?? ''
    assert.match(used, /^This code .*wait for the next code/, 'the one that set the app up')
    assert.equal((await step({code: code(30_000)})).headers.get('location'), '/account')
    assert.match(await browser.page('/account'), /@alice\.test/)
    assert.match(alert(await (await step({code: code(30_000)})).text()) ?? '', /took too long/, 'a ticket is good once')
  })

  test('takes a recovery code, each once', async context => {
    const network = await pdsSite(context)
    const {browser: owner, path} = await withApp(network)
    const codes = [
      ...(await (await owner.post(`${path}/renew-codes`)).text()).matchAll(/<li>([a-z2-7]{6}-[a-z2-7]{6})</g),
    ]
    assert.equal(codes.length, 10)
    for (const [status, says] of [
      [303, undefined],
      [422, /already been used/],
    ] as const) {
      const browser = network.newBrowser()
      const ticket = ticketOf(await (await browser.signIn('alice', password)).text())
      const fields = {ticket, kind: 'recovery', code: codes[0][1], next: ''}
      const response = await browser.post('/account/sign-in/factor', fields)
      assert.equal(response.status, status)
      if (says) assert.match(alert(await response.text()) ?? '', says)
    }
  })

  test('takes a code that is mailed at once, or again when asked for', async context => {
    const network = await pdsSite(context)
    const {did, mailedCode, newBrowser} = network
    const {browser: owner, path} = await proven(network)
    assert.match(await owner.page(path), /Confirm your email address first/)
    await owner.post(`/account/${did}/send-confirmation`)
    await owner.post(`/account/${did}/confirm`, {code: mailedCode('alice@example.com')})
    assert.match(
      (await owner.post(`${path}/email-codes`, {on: 'yes'})).headers.get('location') ?? '',
      /done=email-codes/,
    )
    const browser = newBrowser()
    const page = await (await browser.signIn('alice', password)).text()
    assert.match(page, /A code is on its way[\s\S]*Code from the email/)
    const ticket = ticketOf(page)
    assert.match(await (await browser.post('/account/sign-in/send-code', {ticket})).text(), /A code is on its way/)
    const fields = {ticket, kind: 'email', code: mailedCode('alice@example.com'), next: ''}
    assert.equal((await browser.post('/account/sign-in/factor', fields)).status, 303)
  })

  test('begins anew for a ticket that is none, and refuses what is no passkey', async context => {
    const {newBrowser} = await pdsSite(context)
    const browser = newBrowser()
    await browser.get('/account/sign-in')
    for (const path of ['/account/sign-in/factor', '/account/sign-in/send-code']) {
      const page = await (await browser.post(path, {ticket: 'did:web:x y', kind: 'totp', code: '1'})).text()
      assert.match(page, /<h1>Sign in<\/h1>[\s\S]*took too long/, path)
    }
    for (const response of ['', '{', '"x"', 'null', '{"id":1}', 'x'.repeat(30_000), '{"id":"AAAA","response":{}}']) {
      const page = await (await browser.post('/account/sign-in/passkey', {response})).text()
      assert.match(alert(page) ?? '', /passkey (?:was not accepted|is not known here)/, response.slice(0, 30))
    }
  })
})

suite('the page of second factors', () => {
  test('changes nothing before its owner has shown again who he is', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const path = `/account/${network.did}/security`
    assert.match(await browser.page(path), /guarded by its password alone/)
    for (const act of ['begin-totp', 'confirm-totp', 'remove-totp', 'remove-passkey', 'renew-codes', 'email-codes']) {
      const response = await browser.post(`${path}/${act}`, {on: 'yes'})
      assert.equal(response.status, 422, act)
      assert.match(alert(await response.text()) ?? '', /Confirm that it is you first/, act)
    }
    const wrong = await browser.post(`${path}/prove`, {kind: 'password', password: 'wrong'})
    assert.match(alert(await wrong.text()) ?? '', /password is wrong/)
  })

  test('wants a second factor for that where there is one, and the proof of another account is none', async context => {
    const network = await pdsSite(context)
    const {browser, path, code} = await withApp(network)
    const again = network.newBrowser()
    const ticket = ticketOf(await (await again.signIn('alice', password)).text())
    await again.post('/account/sign-in/factor', {ticket, kind: 'totp', code: code(30_000), next: ''})
    assert.doesNotMatch(await again.page(path), /Remove it/)
    const byPassword = await (await again.post(`${path}/prove`, {kind: 'password', password})).text()
    assert.match(alert(byPassword) ?? '', /password is not enough/)
    again.cookies.set('wholesky-pass', Buffer.from(`did:web:other.test ${'a'.repeat(32)}`).toString('base64url'))
    assert.doesNotMatch(await again.page(path), /Remove it/)
    assert.match((await browser.post(`${path}/remove-totp`)).headers.get('location') ?? '', /done=no-totp/)
    assert.equal((await network.newBrowser().signIn('alice', password)).status, 303)
  })
})
