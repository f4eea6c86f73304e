/** Signing in by a page: with what, how it ends, and what strangers learn of it. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {pdsNetwork, password, signUp} from '../../../../../test/pds-network.ts'
import {SiteBrowser} from '../../../../../test/site-browser.ts'

async function open(context: TestContext) {
  const network = await pdsNetwork(context, {PDS_RATE_LIMITS: 'true'})
  const did = await signUp(network.agent(), 'alice')
  const newBrowser = (address?: string): SiteBrowser =>
    new SiteBrowser({fetch: request => network.pds.fetch(request), address})
  return {network, did, newBrowser}
}

suite('the page to sign in', () => {
  test('takes names as people write them', async context => {
    const {did, newBrowser} = await open(context)
    for (const name of ['alice', ' @alice.test ', 'Alice.Test', 'alice@example.com', did]) {
      const response = await newBrowser().signIn(name, password)
      assert.equal(response.status, 303, name)
      assert.match(
        response.headers.getSetCookie().join(),
        /^wholesky-account=[\w-]{43}; .*HttpOnly; SameSite=Lax$/,
        name,
      )
    }
  })

  test('says the same of a wrong password, of nobody and of an app password, and keeps all but the password', async context => {
    const {network, newBrowser} = await open(context)
    const agent = network.agent()
    await agent.login({identifier: 'alice.test', password})
    const {data} = await agent.com.atproto.server.createAppPassword({name: 'app'})
    for (const [name, secret] of [
      ['alice.test', 'wrong horse'],
      ['nobody.test', password],
      ['alice.test', data.password],
    ]) {
      const response = await newBrowser().signIn(name, secret)
      const page = await response.text()
      assert.equal(response.status, 422)
      assert.match(page, /role="alert">Wrong handle or password\.</)
      assert.ok(page.includes(`value="${name}"`) && !page.includes(secret))
      assert.deepEqual(response.headers.getSetCookie(), [])
    }
  })

  const ways: [next: string, leads: string][] = [
    ['/account/x?y=1', '/account/x?y=1'],
    ['//evil.example', '/account'],
    ['https://evil.example', '/account'],
    ['/\\evil.example', '/account'],
    ['javascript:alert(1)', '/account'],
    ['', '/account'],
  ]
  test('goes on to pages of this site only', async context => {
    const {newBrowser} = await open(context)
    for (const [next, leads] of ways) {
      const browser = newBrowser()
      await browser.get(`/account/sign-in?next=${encodeURIComponent(next)}`)
      const response = await browser.post('/account/sign-in', {identifier: 'alice', password, next})
      assert.equal(response.headers.get('location'), leads, next)
    }
  })

  test('is for several accounts in one browser, each of which signs out by itself', async context => {
    const {network, did, newBrowser} = await open(context)
    await signUp(network.agent(), 'bob')
    const browser = newBrowser()
    await browser.signIn('alice', password)
    await browser.signIn('bob', password)
    const page = await browser.page('/account')
    assert.match(page, /@bob\.test[\s\S]*@alice\.test/)
    await browser.post('/account/sign-out', {did})
    assert.match(await browser.page('/account'), /@bob\.test/)
    assert.equal((await browser.get(`/account/${did}`)).status, 303)
  })
})
