/** The pages of a PDS as a whole: what stays plain, which hosts show them, and what every answer carries. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {pdsSite} from '../../../../test/pds-site.ts'
import {SiteBrowser} from '../../../../test/site-browser.ts'

suite('the site of a PDS', () => {
  test('keeps the plain answers that machines ask for', async context => {
    const {pds, agent} = await pdsNetwork(context)
    const did = await signUp(agent(), 'alice')
    const rows: [url: string, status: number, text: RegExp][] = [
      ['http://localhost:2583/', 200, /^This is an atproto PDS/],
      ['http://localhost:2583/robots.txt', 200, /^User-agent: \*\nAllow: \/\n$/],
      ['http://localhost:2583/tls-check?domain=localhost', 200, /^ok\n$/],
      ['http://localhost:2583/tls-check?domain=alice.test', 200, /^ok\n$/],
      ['http://localhost:2583/tls-check?domain=nobody.test', 404, /^No account/],
      ['http://alice.test/.well-known/atproto-did', 200, new RegExp(`^${did}$`)],
      ['http://nobody.test/.well-known/atproto-did', 404, /^No account/],
      ['http://localhost:2583/.well-known/else', 404, /^There is nothing here/],
      // What looks like the server at the name of a person would be a trap.
      ['http://alice.test/account/sign-in', 404, /^There is nothing here/],
      ['http://not-yet-anyone.test/account', 404, /^There is nothing here/],
      ['http://localhost:2583/no-such-page', 404, /<!doctype html>[\s\S]*Page not found/],
    ]
    for (const [url, status, text] of rows) {
      const response = await pds.fetch(new Request(url))
      assert.equal(response.status, status, url)
      assert.match(await response.text(), text, url)
    }
  })

  test('greets people at its first page, and leads them to their account', async context => {
    const {pds, alice, newBrowser} = await pdsSite(context)
    const html = {accept: 'text/html,*/*;q=0.8'}
    const visitor = await newBrowser().get('/', html)
    assert.equal(visitor.headers.get('vary'), 'accept')
    assert.match(await visitor.text(), /<h1>localhost:2583<\/h1>[\s\S]*Sign in[\s\S]*Create an account/)
    assert.match(await (await (await alice()).get('/', html)).text(), /href="\/account">Your account/)
    const ofHandle = await pds.fetch(new Request('http://alice.test/', {headers: html}))
    assert.match(await ofHandle.text(), /^This is an atproto PDS/)
  })

  test('counts what a stranger asks for', async context => {
    const {newBrowser} = await pdsSite(context, {PDS_RATE_LIMITS: 'true'})
    const browser = newBrowser({address: '203.0.113.9'})
    const statuses = await Promise.all(
      Array.from({length: 3_010}, async () => (await browser.get('/account/sign-in/passkey-options')).status),
    )
    assert.deepEqual(
      [200, 429].map(status => statuses.filter(one => one === status).length),
      [3_000, 10],
    )
  })

  test('leads to signing in first, and then to where one was going', async context => {
    const {pds, agent} = await pdsNetwork(context)
    const did = await signUp(agent(), 'alice')
    const browser = new SiteBrowser({fetch: request => pds.fetch(request)})
    const asked = await browser.get(`/account/${did}`)
    assert.equal(asked.headers.get('location'), `/account/sign-in?next=${encodeURIComponent(`/account/${did}`)}`)
    assert.match(await browser.page('/account'), /<h1>Sign in<\/h1>/)
    const response = await browser.signIn('alice', 'correct horse')
    assert.equal(response.headers.get('location'), '/account')
    assert.match(await browser.page('/account'), /@alice\.test/)
  })
})
