/**
 * Whoever holds a session that is ended may have begun a request before, whose body comes minutes later: what it asks for
 * is not done any more, be it a form of a page, a decision on an app, or a call.
 */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {toUtf8} from '#std/text.ts'
import {formTokenOf} from '#pages/form-token.ts'
import {askForAccess} from '../../../../test/access-request.ts'
import {password} from '../../../../test/pds-network.ts'
import {pdsSite, type PdsSiteNetwork} from '../../../../test/pds-site.ts'
import type {SiteBrowser} from '../../../../test/site-browser.ts'

/** A request whose body waits for `end`, after which the answer comes. */
function slow({pds}: PdsSiteNetwork, path: string, headers: Record<string, string>, body: string) {
  const {readable: rest, writable} = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  void writer.write(toUtf8(body.slice(0, 3)))
  const init = {method: 'POST', headers, body: rest as BodyInit, duplex: 'half'}
  return {
    answer: pds.fetch(new Request(`http://localhost:2583${path}`, init)),
    end: () => void writer.write(toUtf8(body.slice(3))).then(() => writer.close()),
  }
}

const form = (network: PdsSiteNetwork, browser: SiteBrowser, path: string, fields: Record<string, string>) => {
  const secret = browser.cookies.get('wholesky-account') ?? ''
  const headers = {
    cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'content-type': 'application/x-www-form-urlencoded',
    origin: 'http://localhost:2583',
    'sec-fetch-site': 'same-origin',
    'user-agent': 'test',
  }
  return slow(network, path, headers, new URLSearchParams({'form-token': formTokenOf(secret), ...fields}).toString())
}

const endedBy: Record<string, (owner: SiteBrowser, path: string) => Promise<Response>> = {
  'another password': (owner, path) =>
    owner.post(`${path}/security/password`, {current: password, password: 'another password'}),
  'signing out everywhere else': (owner, path) => owner.post(`${path}/devices/sign-out-all`),
}
const forms: Record<string, Record<string, string>> = {
  '/devices/sign-out-all': {},
  '/security/password': {current: password, password: 'password of a thief'},
  '/email': {email: 'thief@example.com'},
  '/apps/make-password': {name: 'thief'},
  '/data/deactivate': {days: ''},
}

suite('what was begun before access was ended', () => {
  for (const [how, end] of Object.entries(endedBy)) {
    test(`changes nothing on pages after ${how}`, async context => {
      const network = await pdsSite(context)
      const [owner, thief] = [await network.alice(), await network.alice()]
      const own = `/account/${network.did}`
      const begun = Object.entries(forms).map(([path, fields]) => form(network, thief, own + path, fields))
      assert.equal((await end(owner, own)).status, 303)
      for (const {answer, end: finish} of begun) {
        finish()
        assert.match((await answer).headers.get('location') ?? '', /^\/account\/sign-in/)
      }
      assert.match(await owner.page(own), /alice@example\.com/)
    })

    test(`gives no app access after ${how}`, async context => {
      const network = await pdsSite(context)
      const [owner, thief] = [await network.alice(), await network.alice()]
      const {path} = await askForAccess(request => network.pds.fetch(request))
      await thief.page(path)
      const named = Object.fromEntries(new URL(path, 'http://localhost').searchParams)
      const fields = {...named, account: network.did, decision: 'accept'}
      const {answer, end: finish} = form(network, thief, '/oauth/authorize', fields)
      assert.equal((await end(owner, `/account/${network.did}`)).status, 303)
      finish()
      assert.match((await answer).headers.get('location') ?? '', /^\/oauth\/authorize/)
    })
  }

  test('is not done by a call either', async context => {
    const network = await pdsSite(context)
    const owner = await network.alice()
    const agent = network.agent()
    await agent.login({identifier: 'alice.test', password})
    const headers = {authorization: `Bearer ${agent.session?.accessJwt}`, 'content-type': 'application/json'}
    const calls = {
      'com.atproto.server.updateEmail': {email: 'thief@example.com'},
      'com.atproto.server.createAppPassword': {name: 'thief'},
      'com.atproto.repo.uploadBlob': {of: 'any type'},
    }
    const begun = Object.entries(calls).map(([nsid, body]) =>
      slow(network, `/xrpc/${nsid}`, headers, JSON.stringify(body)),
    )
    await endedBy['another password'](owner, `/account/${network.did}`)
    for (const {answer, end: finish} of begun) {
      finish()
      assert.equal(((await (await answer).json()) as {error: string}).error, 'ExpiredToken')
    }
  })
})
