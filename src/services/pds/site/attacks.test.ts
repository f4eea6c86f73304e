/** What somebody tries who wants to do something in the name of another by way of these pages, and what he gets. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import type {Service} from '#runtime/service.ts'
import {askForAccess} from '../../../../test/access-request.ts'
import {password, signUp} from '../../../../test/pds-network.ts'
import {pdsSite, type PdsSiteNetwork} from '../../../../test/pds-site.ts'
import type {Fields, SiteBrowser} from '../../../../test/site-browser.ts'
import {toText} from '#pages/html.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {setList} from './authorize/wishes.ts'
import {routesOf} from './pages.ts'
import type {SiteParts} from './site-parts.ts'

const cookieName = 'wholesky-account'
const secretLike = 'A'.repeat(43)
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
const ask = ({pds}: PdsSiteNetwork, more: Parameters<typeof askForAccess>[1] = {}) =>
  askForAccess(request => pds.fetch(request), more)

/** Whether none of it came through as markup: what tags there are, without the texts in their attributes. */
function isHarmless(page: string): boolean {
  const tags = page.match(/<[a-z][^>]*>/gi) ?? []
  if (tags.some(tag => /(?:href|src|action)="\s*javascript:/i.test(tag))) return false
  const scripts = tags.filter(tag => tag.startsWith('<script'))
  const bare = tags.map(tag => tag.replaceAll(/"[^"]*"/g, '""'))
  return scripts.every(tag => tag.includes(' src="/assets/')) && !bare.some(tag => /^<img|\son\w+=/i.test(tag))
}

test('a page with a script in it is seen', () => {
  for (const bad of [
    hostile,
    '<b onclick="x">',
    '<a href="javascript:x">',
    '<script src="https://evil.example"></script>',
  ]) {
    assert.equal(isHarmless(`<p>${bad}</p>`), false, bad)
  }
})

suite('session fixation', () => {
  test('a secret that somebody has planted is worth nothing once its victim signs in', async context => {
    const {newBrowser, did} = await pdsSite(context)
    const [victim, attacker] = [newBrowser(), newBrowser()]
    for (const browser of [victim, attacker]) browser.cookies.set(cookieName, secretLike)
    await victim.signIn('alice', password)
    assert.notEqual(victim.cookies.get(cookieName), secretLike)
    assert.equal((await victim.get(`/account/${did}`)).status, 200)
    assert.equal((await attacker.get(`/account/${did}`)).status, 303)
  })

  test('the secret of one who has signed in himself does not gain an account that is signed in with it', async context => {
    const {newBrowser, alice, agent, did} = await pdsSite(context)
    const bob = await signUp(agent(), 'bob')
    const attacker = await alice()
    const victim = newBrowser()
    victim.cookies.set(cookieName, attacker.cookies.get(cookieName) ?? '')
    await victim.signIn('bob', password)
    for (const account of [bob, did]) assert.equal((await attacker.get(`/account/${account}`)).status, 303)
  })

  test('the host of a neighbour sets no cookie of ours: over HTTPS it is for one host, no script and no other site', async context => {
    const {newBrowser, did} = await pdsSite(context, {PDS_PUBLIC_URL: 'https://pds.example.com'})
    const browser = newBrowser({origin: 'https://pds.example.com'})
    const cookies = [
      ...(await browser.get('/account/sign-in')).headers.getSetCookie(),
      ...(await browser.signIn('alice', password)).headers.getSetCookie(),
    ]
    assert.equal(cookies.length, 2)
    for (const cookie of cookies) {
      assert.match(cookie, /^__Host-wholesky-\w+=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/)
    }
    const planted = newBrowser({origin: 'https://pds.example.com'})
    planted.cookies.set(cookieName, browser.cookies.get(`__Host-${cookieName}`) ?? '')
    assert.equal((await planted.get(`/account/${did}`)).status, 303, 'without the prefix it is not looked at')
  })

  test('a cookie that was copied is worth nothing once its owner signs out', async context => {
    const {newBrowser, alice, did} = await pdsSite(context)
    const [owner, thief] = [await alice(), newBrowser()]
    thief.cookies.set(cookieName, owner.cookies.get(cookieName) ?? '')
    assert.equal((await thief.get(`/account/${did}`)).status, 200)
    await owner.post('/account/sign-out', {did})
    assert.equal((await thief.get(`/account/${did}`)).status, 303)
  })
})

suite('forms of other sites (CSRF)', () => {
  const parts = {publicUrl: 'http://localhost:2583', handleDomains: ['.test']} as unknown as SiteParts
  const forms = routesOf(parts)
    .filter(({method}) => method === 'POST')
    .map(({path}) => path)

  const ways: [way: string, fields: Fields, headers: Fields][] = [
    ['from another site', {}, {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'}],
    ['from a neighbour of the same domain', {}, {origin: 'http://alice.test', 'sec-fetch-site': 'same-site'}],
    ['from a page that hides where it is', {}, {origin: 'null', 'sec-fetch-site': 'cross-site'}],
    ['without a token', {'form-token': ''}, {}],
    ['with the token of another browser', {'form-token': secretLike}, {}],
  ]
  test('there are forms to try', () => assert.ok(forms.length >= 25, `${forms.length}`))

  for (const [way, fields, headers] of ways) {
    test(`no form is done ${way}`, async context => {
      const {alice, did} = await pdsSite(context)
      const browser = await alice()
      const filled = {identifier: 'alice', password, did, name: 'x', handle: 'x.test', current: password, days: '3'}
      for (const form of forms) {
        const path = form.replace(':did', did)
        const response = await browser.post(path, {...filled, ...fields}, headers)
        assert.equal(response.status, 403, path)
        assert.deepEqual(response.headers.getSetCookie(), [], path)
        assert.match(await response.text(), /Nothing was done/, path)
      }
      assert.match(await browser.page(`/account/${did}`), /@alice\.test/)
    })
  }

  test('no page changes anything by being looked at', async context => {
    const {alice, did, agent} = await pdsSite(context)
    const browser = await alice()
    for (const form of forms)
      await browser.get(`${form.replace(':did', did)}?did=${did}&decision=accept&on=yes&name=x&days=3`)
    assert.match(await browser.page(`/account/${did}`), /@alice\.test/)
    assert.equal((await agent().com.atproto.sync.getRepoStatus({did})).data.active, true)
  })
})

/** What the form on the page of this request holds. */
const formOf = (
  network: PdsSiteNetwork,
  {requestUri, clientId}: Awaited<ReturnType<typeof ask>>,
  account?: string,
) => ({
  client_id: clientId,
  request_uri: requestUri,
  account: account ?? network.did,
  decision: 'accept',
})

suite('consent', () => {
  test('cannot be clicked under another page: no page may hold it, and none of its requests opens one', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const {path} = await ask(network)
    for (const dest of ['iframe', 'frame', 'embed', 'object']) {
      const response = await browser.get(path, {'sec-fetch-dest': dest})
      assert.equal(response.status, 400, dest)
      assert.doesNotMatch(await response.text(), /Allow/)
    }
    const {headers} = await browser.get(path)
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
  })

  test('is not given by one who was sent a request that another has opened', async context => {
    const network = await pdsSite(context)
    const [attacker, victim] = [network.newBrowser(), await network.alice()]
    const request = await ask(network)
    await attacker.get(request.path)
    const opened = await victim.get(request.path)
    assert.equal(opened.status, 400)
    assert.match(await opened.text(), /opened in another browser/)
    assert.equal((await victim.post('/oauth/authorize', formOf(network, request))).status, 400)
  })

  test('is not given in the browser of whoever has not opened the request', async context => {
    const network = await pdsSite(context)
    const [victim, attacker] = [await network.alice(), await network.alice()]
    const request = await ask(network)
    await victim.get(request.path)
    for (const decision of ['accept', 'reject']) {
      const response = await attacker.post('/oauth/authorize', {...formOf(network, request), decision})
      assert.equal(response.status, 400, decision)
    }
    assert.match(await victim.page(request.path), /Give access\?/)
  })

  test('is not given for an account that the browser is not signed in to', async context => {
    const network = await pdsSite(context)
    const bob = await signUp(network.agent(), 'bob')
    const browser = await network.alice()
    const request = await ask(network)
    await browser.get(request.path)
    const response = await browser.post('/oauth/authorize', formOf(network, request, bob))
    assert.match(response.headers.get('location') ?? '', /^\/oauth\/authorize\?/)
    assert.match(await browser.page(response.headers.get('location') ?? ''), /<h1>Sign in/)
  })

  test('is not given once its owner has signed out meanwhile, nor by a visitor', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const request = await ask(network)
    await browser.get(request.path)
    await browser.post('/account/sign-out', {did: network.did})
    for (const account of [network.did, '']) {
      const response = await browser.post('/oauth/authorize', formOf(network, request, account))
      assert.match(response.headers.get('location') ?? '', /^\/oauth\/authorize\?/)
    }
  })

  test('that asks to sign in anew is not given by who was signed in before', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const request = await ask(network, {more: {prompt: 'login'}})
    assert.match(await browser.page(request.path), /<h1>Sign in/)
    await browser.page('/account')
    const response = await browser.post('/oauth/authorize', formOf(network, request))
    assert.match(response.headers.get('location') ?? '', /^\/oauth\/authorize\?/)
  })

  test('is not given by a form that does not say so', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const request = await ask(network)
    await browser.get(request.path)
    for (const decision of ['', 'yes', 'Accept']) {
      const response = await browser.post('/oauth/authorize', {...formOf(network, request), decision})
      assert.match(response.headers.get('location') ?? '', /^\/oauth\/authorize\?/, decision)
    }
  })

  test('is for what was shown: a form that asks for more, or for another app, changes nothing', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const request = await ask(network, {scope: 'atproto'})
    await browser.get(request.path)
    const other = {...formOf(network, request), client_id: 'http://localhost', scope: 'atproto identity:*'}
    assert.equal((await browser.post('/oauth/authorize', other)).status, 400)
    const more = {...formOf(network, request), scope: 'atproto identity:*'}
    const answer = new URL((await browser.post('/oauth/authorize', more)).headers.get('location') ?? '')
    assert.match(answer.searchParams.get('code') ?? '', /^cod-/)
    const granted = await network.pds.authorizations.granted(network.did, request.clientId)
    assert.equal(granted, 'atproto')
  })
})

/** An app whose document is what a stranger writes. */
const withApp = (network: PdsSiteNetwork, document: object): string => {
  const id = 'https://app.example.com/client.json'
  const service: Service = {
    name: 'app',
    ended: new Promise(() => {}),
    start: async () => {},
    stop: async () => {},
    fetch: async () =>
      Response.json({
        client_id: id,
        redirect_uris: ['https://app.example.com/callback'],
        scope: 'atproto',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        dpop_bound_access_tokens: true,
        ...document,
      }),
  }
  network.hosts.set('app.example.com', service)
  return id
}

suite('stored and reflected scripts (XSS)', () => {
  test('the name of an app is text, in one line, and stands beside the address that it cannot choose', async context => {
    const network = await pdsSite(context)
    const clientId = withApp(network, {client_name: `${hostile}\u202e\n\n\nBluesky ${'x'.repeat(100)}`})
    const browser = await network.alice()
    const {path} = await ask(network, {clientId, redirectUri: 'https://app.example.com/callback', scope: 'atproto'})
    const page = await browser.page(path)
    assert.ok(isHarmless(page), page)
    assert.match(
      page,
      /<b>app\.example\.com<\/b> wants to use your account[\s\S]*It calls itself “&quot;&gt;&lt;script/,
    )
    assert.doesNotMatch(page, /\u202e|x{60}/)
    assert.match((await browser.get(path)).headers.get('content-security-policy') ?? '', /script-src 'self'; /)
  })

  test('a picture of an app is not loaded from where a stranger says', async context => {
    const network = await pdsSite(context)
    const clientId = withApp(network, {logo_uri: 'https://evil.example/logo.svg', client_name: 'An app'})
    const browser = await network.alice()
    const {path} = await ask(network, {clientId, redirectUri: 'https://app.example.com/callback', scope: 'atproto'})
    assert.doesNotMatch(await browser.page(path), /evil\.example/)
    assert.match((await browser.get(path)).headers.get('content-security-policy') ?? '', /img-src 'self' blob:;/)
  })

  test('a link of an app that is a script makes it no app', async context => {
    const network = await pdsSite(context)
    const clientId = withApp(network, {policy_uri: 'javascript:alert(1)'})
    await assert.rejects(ask(network, {clientId, redirectUri: 'https://app.example.com/callback', scope: 'atproto'}))
  })

  test('what an app sends along comes back as text', async context => {
    const network = await pdsSite(context)
    const browser = await network.alice()
    const request = await ask(network, {more: {state: hostile, response_mode: 'form_post'}})
    assert.ok(isHarmless(await browser.page(request.path)))
    const page = await (await browser.post('/oauth/authorize', formOf(network, request))).text()
    assert.ok(isHarmless(page), page)
    assert.match(page, /name="state" value="&quot;&gt;&lt;script&gt;/)
  })

  test('stored XSS through profile fields: what an account says of itself is text, wherever it is shown', async context => {
    const network = await pdsSite(context)
    const {did} = network
    const agent = network.agent()
    await agent.login({identifier: 'alice.test', password})
    const record = {$type: 'app.bsky.actor.profile', displayName: hostile.slice(0, 60), description: hostile}
    await agent.com.atproto.repo.putRecord({repo: did, collection: record.$type, rkey: 'self', record})
    const browser = await network.alice()
    const {path} = await ask(network)
    for (const page of [
      path,
      '/account?all',
      ...['', '/data', '/apps', '/devices', '/security'].map(end => `/account/${did}${end}`),
    ]) {
      assert.ok(isHarmless(await browser.page(page)), page)
    }
    const place = `repo=${did}&collection=${record.$type}&rkey=self`
    const {headers} = await browser.get(`/xrpc/com.atproto.repo.getRecord?${place}`)
    assert.equal(headers.get('content-type'), 'application/json', 'and where it is as it was written, it is no page')
  })

  test('what the author of a permission set writes is text', () => {
    const set = {nsid: 'com.example.set' as Nsid, authority: 'example.com', title: hostile, detail: hostile}
    assert.ok(isHarmless(toText(setList([set])!)))
  })

  test('what a browser calls itself, and what is filled in, is text', async context => {
    const {did, alice, newBrowser} = await pdsSite(context)
    const browser = await alice({userAgent: hostile})
    assert.ok(isHarmless(await browser.page(`/account/${did}/devices`)))
    await browser.post(`/account/${did}/apps/make-password`, {name: hostile.slice(0, 60)})
    assert.ok(isHarmless(await browser.page(`/account/${did}/apps`)))
    for (const path of [`/account/${did}/handle`, `/account/${did}/email`, `/account/${did}/confirm`]) {
      const response = await browser.post(path, {handle: hostile, email: hostile, code: hostile})
      assert.ok(isHarmless(await response.text()), path)
    }
    const visitor = newBrowser()
    const quoted = encodeURIComponent(hostile)
    for (const path of [
      `/account/sign-in?as=${quoted}&next=${quoted}&why=${quoted}`,
      `/account/sign-up?next=${quoted}&invite=${quoted}`,
      `/account/reset/finish?sent=${quoted}`,
      `/account/${quoted}`,
      `/oauth/authorize?client_id=${quoted}&request_uri=${quoted}&account=${quoted}`,
    ]) {
      assert.ok(isHarmless(await visitor.page(path)), path)
    }
    await visitor.get('/account/sign-up')
    for (const path of ['/account/sign-up', '/account/sign-in', '/account/sign-in/factor', '/account/reset/finish']) {
      const fields = {
        name: hostile,
        domain: hostile,
        email: hostile,
        identifier: hostile,
        password: 'x',
        ticket: hostile,
      }
      const response = await visitor.post(path, {...fields, code: hostile, kind: hostile, next: hostile})
      assert.ok(isHarmless(await response.text()), path)
    }
  })
})

test('open redirect: no path that is sent along leads off the site', async context => {
  const {newBrowser} = await pdsSite(context)
  const away = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '@evil.example',
  ]
  for (const next of away) {
    const browser = newBrowser()
    await browser.get('/account/sign-in')
    for (const [path, fields] of [
      ['/account/sign-in', {identifier: 'alice', password, next}],
      ['/theme', {theme: 'dark', back: next}],
    ] as const) {
      await browser.page('/account/sign-in')
      const location = (await browser.post(path, fields)).headers.get('location') ?? ''
      assert.ok(['/', '/account'].includes(location), `${path} leads to ${location}`)
    }
  }
})

const elsewhere = '203.0.113.9'
const open = async (context: TestContext) => pdsSite(context, {PDS_RATE_LIMITS: 'true'})
/** How many of so many tries at once are looked at, and not told to wait. */
const triesOf = async (browser: SiteBrowser, count: number, path: string, fields: Fields): Promise<number> => {
  const answers = await Promise.all(
    Array.from({length: count}, () => browser.post(path, fields).then(one => one.text())),
  )
  return answers.filter(page => !page.includes('Too many attempts')).length
}

suite('brute force by pages', () => {
  test('of passwords is counted as by methods, whichever way is tried, and the owner is let in elsewhere', async context => {
    const {newBrowser, agent, alice} = await open(context)
    const browser = newBrowser({address: elsewhere})
    await browser.get('/account/sign-in')
    const tries = await triesOf(browser, 40, '/account/sign-in', {identifier: 'alice', password: 'guess'})
    assert.equal(tries, 30)
    assert.equal((await (await alice()).get('/account')).status, 303)
    await agent().login({identifier: 'alice.test', password})
  })

  test('of the current password on the page to change it', async context => {
    const {alice, did} = await open(context)
    const browser = await alice({address: elsewhere})
    const tries = await triesOf(browser, 40, `/account/${did}/security/password`, {
      current: 'guess',
      password: 'new password',
    })
    assert.ok(tries <= 30, `${tries}`)
  })

  test('of sign-ups, codes to reset, and mails', async context => {
    const {newBrowser} = await open(context)
    const browser = newBrowser({address: elsewhere})
    await browser.get('/account/sign-up')
    assert.equal(
      await triesOf(browser, 110, '/account/sign-up', {name: 'admin', email: 'a@example.com', password}),
      100,
    )
    assert.equal(await triesOf(browser, 60, '/account/reset/finish', {code: 'AAAAA-AAAAA', password}), 50)
    assert.equal(await triesOf(browser, 20, '/account/reset', {email: 'alice@example.com'}), 15)
  })

  const codes: [what: string, page: string, fields: Fields, most: number][] = [
    ['codes that confirm an address', '/confirm', {code: 'AAAAA-AAAAA'}, 30],
    ['codes that change an address', '/email', {email: 'new@example.com', code: 'AAAAA-AAAAA'}, 30],
    ['codes that delete an account', '/data/delete', {code: 'AAAAA-AAAAA'}, 30],
    ['mails to the owner', '/send-confirmation', {}, 5],
    ['mails before deletion', '/data/send-code', {}, 5],
  ]
  for (const [what, page, fields, most] of codes) {
    test(`of ${what}`, async context => {
      const {alice, did} = await open(context)
      const browser = await alice()
      assert.equal(await triesOf(browser, most + 10, `/account/${did}${page}`, fields), most)
    })
  }
})

suite('a session that was stolen', () => {
  test('does nothing grave half an hour after its owner has signed in', async context => {
    const {alice, did} = await pdsSite(context)
    const browser = await alice()
    context.mock.timers.enable({apis: ['Date'], now: Date.now() + 31 * 60_000})
    await browser.page(`/account/${did}`)
    for (const path of [
      '/handle',
      '/email',
      '/apps/make-password',
      '/data/deactivate',
      '/data/send-code',
      '/data/delete',
    ]) {
      const {status, headers} = await browser.post(`/account/${did}${path}`, {handle: 'x.test', name: 'x'})
      assert.equal(status, 303, path)
      assert.match(headers.get('location') ?? '', /^\/account\/sign-in\?.*why=again/, path)
    }
  })

  test('opens nothing after seven days', async context => {
    const {alice, did} = await pdsSite(context)
    const browser = await alice()
    context.mock.timers.enable({apis: ['Date'], now: Date.now() + 7 * 86_400_000})
    assert.match((await browser.get(`/account/${did}`)).headers.get('location') ?? '', /^\/account\/sign-in\?/)
  })
})
