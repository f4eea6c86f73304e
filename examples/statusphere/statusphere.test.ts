/** The app at its addresses: what it says of itself, what it shows to anybody, and what it refuses. */
import {deepEqual, doesNotMatch, equal, match, rejects} from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {SiteBrowser} from '../../test/site-browser.ts'
import {statusphereConfig} from './config.ts'
import {openStatusphere} from './statusphere.ts'

const nobody = {...realWorld, fetch: async (): Promise<Response> => Promise.reject(new TypeError('nobody is there'))}

async function open(context: TestContext, env: Record<string, string> = {}) {
  const config = readConfig(statusphereConfig, {env: {STATUSPHERE_DATABASE: 'memory:', ...env}})
  const app = await openStatusphere(config, {world: nobody, guarded: nobody, log: silentLog})
  context.after(() => app.stop())
  return {app, browser: new SiteBrowser({fetch: request => app.fetch(request), origin: config.publicUrl})}
}

const publicUrl = 'https://status.example.com'
const json = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>

suite('Statusphere', () => {
  test('on this machine is a client for development, by its number and not by a name', async context => {
    const {app, browser} = await open(context)
    const {client_id: id, token_endpoint_auth_method: method} = await json(
      await browser.get('/oauth-client-metadata.json'),
    )
    match(
      String(id),
      /^http:\/\/localhost\?redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A3000%2Foauth%2Fcallback&scope=atproto/,
    )
    equal(method, 'none')
    const moved = await app.fetch(new Request('http://localhost:3000/links?a=b'))
    deepEqual([moved.status, moved.headers.get('location')], [307, 'http://127.0.0.1:3000/links?a=b'])
  })

  test('in public is a client with a key, of which all but the secret is served', async context => {
    const {browser} = await open(context, {STATUSPHERE_PUBLIC_URL: publicUrl})
    const metadata = await json(await browser.get('/oauth-client-metadata.json'))
    equal(metadata.client_id, `${publicUrl}/oauth-client-metadata.json`)
    deepEqual(
      [metadata.token_endpoint_auth_method, metadata.jwks_uri, metadata.redirect_uris],
      ['private_key_jwt', `${publicUrl}/.well-known/jwks.json`, [`${publicUrl}/oauth/callback`]],
    )
    const {keys} = (await json(await browser.get('/.well-known/jwks.json'))) as {keys: object[]}
    deepEqual(
      keys.map(key => Object.keys(key).toSorted()),
      [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
    )
  })

  for (const key of ['{', '{"kty":"EC"}', '{"kty":"EC","crv":"P-256","x":"x","y":"y","d":"d"}']) {
    test(`refuses the key ${key}, and does not tell it`, async context => {
      const env = {STATUSPHERE_PUBLIC_URL: publicUrl, STATUSPHERE_PRIVATE_KEY: key}
      await rejects(open(context, env), (error: Error) => {
        match(error.message, /STATUSPHERE_PRIVATE_KEY is no private ES256 key/)
        return !error.message.includes(key)
      })
    })
  }

  for (const address of ['http://status.example.com', 'http://localhost:3000', 'https://status.example.com:8443']) {
    test(`refuses to be at ${address}, by the name of the setting`, async context => {
      await rejects(open(context, {STATUSPHERE_PUBLIC_URL: address}), /STATUSPHERE_PUBLIC_URL is for no client/)
    })
  }

  test('shows its pages to anybody, under a policy that runs nothing foreign', async context => {
    const {browser} = await open(context)
    for (const path of ['/', '/links', '/sign-in']) {
      const page = await browser.get(path)
      equal(page.status, 200, path)
      match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/)
      doesNotMatch(await page.text(), /<script(?! type="module" src=)|style=/)
    }
  })

  const forms = ['/status', '/status/clear', '/links'] as const
  for (const path of forms) {
    test(`does nothing by ${path} for who is not signed in, or came from elsewhere`, async context => {
      const {browser} = await open(context)
      await browser.get('/sign-in')
      const fields = {status: '🦋', link: 'https://a.test/', stars: '4'}
      const answer = await browser.post(path, fields)
      deepEqual([answer.status, answer.headers.get('location')], [303, '/sign-in'])
      const foreign = {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'}
      equal((await browser.post(path, fields, foreign)).status, 403)
      equal((await browser.post(path, {...fields, 'form-token': 'made-up'})).status, 403)
    })
  }

  test('says of a handle that leads nowhere that it may be mistyped, and keeps it', async context => {
    const {browser} = await open(context, {STATUSPHERE_HANDLE_RESOLVER: 'http://localhost:2583'})
    await browser.get('/sign-in')
    const answer = await browser.post('/sign-in', {handle: ' @nobody.example.com<'})
    equal(answer.status, 422)
    match(await answer.text(), /role="alert"[^]*value="nobody\.example\.com&lt;"/)
    match(await (await browser.post('/sign-in', {handle: 'nobody.test'})).text(), /Nobody was found by that handle/)
    match(await (await browser.post('/sign-in', {handle: ' '})).text(), /Enter your handle/)
  })

  test('takes no answer that was not asked for', async context => {
    const {browser} = await open(context)
    const answer = await browser.get('/oauth/callback?code=a&state=b&iss=https%3A%2F%2Fevil.example')
    deepEqual([answer.status, answer.headers.get('location')], [303, '/sign-in?why=elsewhere'])
    deepEqual(
      answer.headers.getSetCookie().filter(cookie => cookie.startsWith('statusphere-session')),
      [],
    )
  })
})
