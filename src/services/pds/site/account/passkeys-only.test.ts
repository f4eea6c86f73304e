/** An account that passkeys alone sign in to: its owner comes to all that others come to by a password. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {Device} from '../../../../../test/passkey.ts'
import {password} from '../../../../../test/pds-network.ts'
import {pdsSite} from '../../../../../test/pds-site.ts'
import type {PasskeyCreation, PasskeyRequest} from '../../factors/passkeys.ts'

/** What a page asks the device, in its form for this path. */
function optionsIn<T>(page: string, path: string): T {
  const [, options = ''] = new RegExp(`action="${path}"[^>]*data-options="([^"]+)"`).exec(page) ?? []
  return JSON.parse(options.replaceAll('&quot;', '"').replaceAll('&#34;', '"')) as T
}

/** Alice without a password, her device, and a browser that she has signed in with by it. */
async function passkeysOnly(context: TestContext) {
  const network = await pdsSite(context)
  const device = new Device('http://localhost:2583')
  const security = `/account/${network.did}/security`
  const first = await network.alice()
  await first.post(`${security}/prove`, {kind: 'password', password})
  const page = await first.page(security)
  const made = device.create(optionsIn<PasskeyCreation>(page, `${security}/add-passkey`))
  const added = await first.post(`${security}/add-passkey`, {name: 'My phone', response: JSON.stringify(made)})
  assert.match(added.headers.get('location') ?? '', /done=passkey/)
  const prove = async (browser: typeof first): Promise<void> => {
    const request = optionsIn<PasskeyRequest>(await browser.page(security), `${security}/prove`)
    device.counter++
    await browser.post(`${security}/prove`, {kind: 'passkey', response: JSON.stringify(device.get(request))})
  }
  await first.post(`${security}/renew-codes`)
  const dropped = await first.post(`${security}/drop-password`)
  assert.match(dropped.headers.get('location') ?? '', /done=no-password/)
  const browser = network.newBrowser()
  const signIn = async (): Promise<Response> => {
    await browser.get('/account/sign-in')
    const request = (await (await browser.get('/account/sign-in/passkey-options')).json()) as PasskeyRequest
    device.counter++
    return browser.post('/account/sign-in/passkey', {response: JSON.stringify(device.get(request))})
  }
  assert.equal((await signIn()).status, 303)
  return {...network, browser, security, prove}
}

suite('an account without a password', () => {
  test('is deleted on its pages, by who signed in with the passkey and has the code', async context => {
    const {did, browser, mailedCode, agent} = await passkeysOnly(context)
    const path = `/account/${did}/data`
    assert.match(await browser.page(path), /Send me a code to delete my account/)
    await browser.post(`${path}/send-code`)
    assert.equal((await browser.post(`${path}/delete`, {code: 'AAAAA-AAAAA'})).status, 422)
    const code = mailedCode('alice@example.com')
    const refused = agent().com.atproto.server.deleteAccount({did, password, token: code})
    await assert.rejects(refused, /pages of your account/)
    assert.equal((await browser.post(`${path}/delete`, {code})).status, 303)
    await assert.rejects(agent().com.atproto.repo.describeRepo({repo: did}))
  })

  test('is told by apps that ask for a password how to come in, and comes in by an app password', async context => {
    const {did, browser, agent} = await passkeysOnly(context)
    await assert.rejects(agent().login({identifier: 'alice.test', password}), /passkey.*app password/)
    await assert.rejects(agent().login({identifier: 'alice@example.com', password}), /Invalid identifier or password/)
    await browser.page(`/account/${did}/apps`)
    const made = await (await browser.post(`/account/${did}/apps/make-password`, {name: 'An app'})).text()
    const [, secret = ''] = /<code class="mono secret">([a-z2-7-]{19})</.exec(made) ?? []
    await agent().login({identifier: 'alice.test', password: secret})
  })

  test('gets a password again by who shows the passkey, and by nobody else', async context => {
    const {browser, security, prove, agent} = await passkeysOnly(context)
    assert.match(await browser.page(security), /To set one, show first that it is you/)
    const set = () => browser.post(`${security}/password`, {current: '', password: 'a new password'})
    assert.equal((await set()).status, 422)
    await prove(browser)
    assert.match(await browser.page(security), /Set a password/)
    assert.match((await set()).headers.get('location') ?? '', /done=password/)
    await assert.rejects(agent().login({identifier: 'alice.test', password: 'a new password'}), {
      error: 'AuthFactorTokenRequired',
    })
  })
})
