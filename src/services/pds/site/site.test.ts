/** The pages of a PDS as a whole: what stays plain, which hosts show them, and what every answer carries. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
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
