/** What somebody tries who wants to rule a server that is not his, by way of the pages for whoever runs it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {type Html, toText} from '#pages/html.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import type {Service} from '#runtime/service.ts'
import {adminPassword, pdsAdmin, type PdsAdminNetwork, signInAsAdmin} from '../../../../../test/pds-admin.ts'
import {password} from '../../../../../test/pds-network.ts'
import type {Fields, SiteBrowser} from '../../../../../test/site-browser.ts'
import type {AdminParts, Visit} from './admin-parts.ts'
import {AdminSessions, ageMaxMs, idleMaxMs} from './admin-sessions.ts'
import {adminRoutesOf} from './admin-site.ts'
import {nextOf} from './paths.ts'

const cookieName = 'wholesky-admin'
const secretLike = 'A'.repeat(43)
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

const parts = {publicUrl: 'http://localhost:2583', relays: [], log: silentLog} as unknown as AdminParts
const routes = adminRoutesOf(parts, new AdminSessions(realWorld))
const pages = routes.filter(({method, path}) => method === 'GET' && path !== '/admin/sign-in').map(({path}) => path)
const forms = routes.filter(({method}) => method === 'POST').map(({path}) => path)
const acts = forms.filter(path => !path.startsWith('/admin/sign-'))

/** All that any of the forms wants. */
const filled = {
  password: adminPassword,
  reason: 'spam',
  on: 'no',
  subject: 'x',
  text: 'x',
  confirm: 'alice.test',
  count: '1',
  uses: '1',
  code: 'x',
  relay: 'https://relay.example.com',
}

/** That alice is as she was, no code was made and nobody was signed in. */
async function isAsBefore({did, agent, admin}: PdsAdminNetwork): Promise<void> {
  assert.equal((await agent().com.atproto.sync.getRepoStatus({did})).data.active, true)
  const browser = await admin()
  assert.match(await browser.page('/admin/invites'), /<h2>Codes<\/h2>\s*<p class="soft">None/)
  assert.match(await browser.page(`/admin/accounts/${did}`), /Let it invite nobody/)
  assert.match(await browser.page('/admin/mail'), /None of late/)
}

suite('the pages for whoever runs the server', () => {
  test('are there to try', () => {
    assert.deepEqual([pages.length, acts.length], [6, 10])
  })

  const strangers: [who: string, browser: (network: PdsAdminNetwork) => Promise<SiteBrowser>][] = [
    ['a visitor', async ({newBrowser}) => newBrowser()],
    ['somebody with an account', ({alice}) => alice()],
    [
      'somebody whose account cookie stands in the place of the admin’s',
      async ({alice}) => {
        const browser = await alice()
        browser.cookies.set(cookieName, browser.cookies.get('wholesky-account') ?? '')
        return browser
      },
    ],
    [
      'somebody with a cookie made up',
      async ({newBrowser}) => {
        const browser = newBrowser()
        browser.cookies.set(cookieName, secretLike)
        return browser
      },
    ],
    [
      'one who has signed out, with the cookie that he kept',
      async ({admin}) => {
        const browser = await admin()
        const kept = browser.cookies.get(cookieName) ?? ''
        await browser.post('/admin/sign-out')
        browser.cookies.set(cookieName, kept)
        return browser
      },
    ],
    [
      'one with the password in the place of a cookie, as calls have it',
      async ({newBrowser}) => {
        const browser = newBrowser()
        browser.cookies.set('authorization', Buffer.from(`admin:${adminPassword}`).toString('base64url'))
        return browser
      },
    ],
  ]
  for (const [who, open] of strangers) {
    test(`show nothing to ${who}, and do nothing for him`, async context => {
      const network = await pdsAdmin(context)
      const browser = await open(network)
      const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`
      for (const path of pages.map(page => page.replace(':did', network.did))) {
        const response = await browser.get(path, {authorization})
        assert.equal(response.status, 303, path)
        assert.match(response.headers.get('location') ?? '', /^\/admin\/sign-in/, path)
      }
      await browser.get('/admin/sign-in') // his own token is good
      for (const path of acts.map(act => act.replace(':did', network.did))) {
        const response = await browser.post(path, filled, {authorization})
        assert.equal(response.headers.get('location'), '/admin/sign-in', path)
      }
      await isAsBefore(network)
    })
  }

  const ways: [way: string, fields: Fields, headers: Fields][] = [
    ['from another site', {}, {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'}],
    ['from a neighbour of the same domain', {}, {origin: 'http://alice.test', 'sec-fetch-site': 'same-site'}],
    ['from a page that hides where it is', {}, {origin: 'null', 'sec-fetch-site': 'cross-site'}],
    ['without a token', {'form-token': ''}, {}],
    ['with the token of another browser', {'form-token': secretLike}, {}],
  ]
  for (const [way, fields, headers] of ways) {
    test(`no form is done ${way}`, async context => {
      const network = await pdsAdmin(context)
      const browser = await network.admin()
      for (const form of forms) {
        const path = form.replace(':did', network.did)
        const response = await browser.post(path, {...filled, ...fields}, headers)
        assert.equal(response.status, 403, path)
        assert.deepEqual(response.headers.getSetCookie(), [], path)
      }
      await isAsBefore(network)
    })
  }

  test('a token of the same browser’s account pages is none here', async context => {
    const network = await pdsAdmin(context)
    const browser = await network.admin()
    await browser.signIn('alice', password)
    await browser.page(`/account/${network.did}`) // its token is what the browser sends now
    const response = await browser.post(`/admin/accounts/${network.did}/take-down`, {reason: 'x'})
    assert.equal(response.status, 403)
    await isAsBefore(network)
  })

  test('no page changes anything by being looked at', async context => {
    const network = await pdsAdmin(context)
    const browser = await network.admin()
    for (const form of forms) {
      const response = await browser.get(
        `${form.replace(':did', network.did)}?${new URLSearchParams(filled).toString()}`,
      )
      assert.ok([303, 404, 405, 200].includes(response.status))
    }
    await isAsBefore(network)
  })

  test('stand at no handle’s host, and are held by no other page', async context => {
    const {newBrowser, admin} = await pdsAdmin(context)
    assert.equal((await newBrowser({origin: 'http://alice.test'}).get('/admin')).status, 404)
    const {headers} = await (await admin()).get('/admin')
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'self'; .*frame-ancestors 'none'/)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('cache-control'), 'private, no-store')
  })

  test('lead nowhere else after signing in', () => {
    const elsewhere = ['https://evil.example', '//evil.example', '/\\evil.example', '/account', '/administer', '']
    for (const path of elsewhere) assert.equal(nextOf(path), '/admin', path)
    assert.equal(nextOf('/admin/accounts?text=a'), '/admin/accounts?text=a')
  })
})

suite('the admin’s session', () => {
  test('is of one host alone, no script and no other site, over HTTPS', async context => {
    const {newBrowser} = await pdsAdmin(context, {PDS_PUBLIC_URL: 'https://pds.example.com'})
    const browser = newBrowser({origin: 'https://pds.example.com'})
    const [cookie] = (await signInAsAdmin(browser)).headers.getSetCookie()
    assert.match(cookie, /^__Host-wholesky-admin=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/)
    const planted = newBrowser({origin: 'https://pds.example.com'})
    planted.cookies.set(cookieName, browser.cookies.get(`__Host-${cookieName}`) ?? '')
    assert.equal((await planted.get('/admin')).status, 303, 'without the prefix it is not looked at')
  })

  test('gets a new secret, whatever was planted', async context => {
    const {newBrowser} = await pdsAdmin(context)
    const [victim, attacker] = [newBrowser(), newBrowser()]
    for (const browser of [victim, attacker]) browser.cookies.set(cookieName, secretLike)
    await signInAsAdmin(victim)
    assert.equal((await victim.get('/admin')).status, 200)
    assert.equal((await attacker.get('/admin')).status, 303)
  })

  test('opens no account', async context => {
    const {admin, did} = await pdsAdmin(context)
    const browser = await admin()
    browser.cookies.set('wholesky-account', browser.cookies.get(cookieName) ?? '')
    assert.equal((await browser.get(`/account/${did}`)).status, 303)
  })

  test('ends when nobody looks, after some hours, with sign-out, and with the oldest of many', () => {
    const clock = {ms: 0}
    const sessions = new AdminSessions({now: () => clock.ms, random: realWorld.random})
    const [idle, busy, ended] = [sessions.open(), sessions.open(), sessions.open()]
    sessions.end(ended)
    assert.equal(sessions.find(ended), undefined)
    clock.ms = idleMaxMs - 1
    assert.ok(sessions.find(busy))
    clock.ms = idleMaxMs
    assert.equal(sessions.find(idle), undefined, 'nobody looked')
    for (; clock.ms < ageMaxMs; clock.ms += idleMaxMs - 1) assert.ok(sessions.find(busy), `${clock.ms}`)
    assert.deepEqual([sessions.find(busy), sessions.find(secretLike)], [undefined, undefined])
    const all = Array.from({length: 30}, () => sessions.open())
    assert.deepEqual(all.map(secret => sessions.find(secret) !== undefined).indexOf(true), 10)
  })
})

suite('the admin password', () => {
  test('is not guessed: tries are counted, by page and by call together, and the right one is no use then', async context => {
    const {newBrowser} = await pdsAdmin(context, {PDS_RATE_LIMITS: 'true'})
    const browser = newBrowser({address: '203.0.113.9'})
    const first = await signInAsAdmin(browser, 'wrong')
    assert.equal(first.status, 422)
    assert.match(await first.text(), /This password is wrong/)
    for (let i = 1; i < 30; i++) await browser.post('/admin/sign-in', {password: `wrong ${i}`})
    const late = await browser.post('/admin/sign-in', {password: adminPassword})
    assert.match(await late.text(), /Too many attempts/)
    assert.equal(browser.cookies.has(cookieName), false)
    const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`
    assert.equal((await browser.get('/xrpc/com.atproto.admin.getInviteCodes', {authorization})).status, 429)
    const elsewhere = newBrowser({address: '198.51.100.1'})
    assert.equal((await signInAsAdmin(elsewhere)).status, 303, 'nobody locks the admin out')
  })

  test('is the whole of it', async context => {
    const {newBrowser} = await pdsAdmin(context)
    for (const wrong of [
      '',
      ' ',
      adminPassword.slice(0, -1),
      `${adminPassword} `,
      `admin:${adminPassword}`,
      password,
    ]) {
      assert.equal((await signInAsAdmin(newBrowser(), wrong)).status, 422, wrong)
    }
  })
})

/** Whether none of it came through as markup: what tags there are, without the texts in their attributes. */
function isHarmless(page: string): boolean {
  const tags = page.match(/<[a-z][^>]*>/gi) ?? []
  const bare = tags.map(tag => tag.replaceAll(/"[^"]*"/g, '""'))
  const links = tags.some(tag => /(?:href|src|action)="\s*javascript:/i.test(tag))
  return (
    !links &&
    tags.every(tag => !tag.startsWith('<script') || tag.includes(' src="/assets/')) &&
    !bare.some(tag => /^<img|\son\w+=/i.test(tag))
  )
}

suite('stored scripts (XSS)', () => {
  test('a reason, and whatever stands in an address or is typed, is text', async context => {
    const {admin, did} = await pdsAdmin(context)
    const browser = await admin()
    const path = `/admin/accounts/${did}`
    const quoted = encodeURIComponent(hostile)
    await browser.get(path)
    await browser.post(`${path}/take-down`, {reason: hostile})
    assert.match(await browser.page(path), /Reason: &quot;&gt;&lt;script&gt;/)
    const odd = ['sign-in?next=', 'accounts?text=', 'accounts?after=', 'accounts/', 'invites?after=', 'mail?before=']
    for (const each of [path, `${path}?done=${quoted}`, ...odd.map(name => `/admin/${name}${quoted}`)]) {
      assert.ok(isHarmless(await browser.page(each)), each)
    }
    for (const [form, fields] of [
      ['delete', {confirm: hostile}],
      ['write', {subject: hostile}],
    ] as const) {
      await browser.get(path)
      assert.ok(isHarmless(await (await browser.post(`${path}/${form}`, fields)).text()), form)
    }
  })

  test('what accounts and codes are called, and what a mail server says, is text', async () => {
    const did = 'did:web:a.test' as Did
    const account = {did, handle: hostile, email: hostile, createdMs: 0, takedownRef: hostile, deactivatedMs: null}
    const note = {id: 1, atMs: 0, did, kind: 'notice', fault: `It said: 550 ${hostile}`}
    const code = {
      code: hostile,
      uses: 2,
      usedBy: [{did, usedMs: 0}],
      disabled: false,
      forAccount: hostile,
      createdMs: 0,
    }
    const fakes = {
      ...parts,
      accountStore: {
        byDid: async () => account,
        seek: async () => [account],
        size: async () => ({records: 0, recordsSize: 0, isMore: false, blobs: 0, blobsSize: 0}),
      },
      repoStore: {head: async () => undefined},
      mailNotes: {notes: async () => [note]},
      inviteStore: {
        invites: async () => [code],
        invitesOf: async () => [code],
        standing: async () => ({inviteCode: hostile, disabled: false}),
      },
      logins: {sessions: async () => [], appPasswords: async () => []},
      devices: {ofAccount: async () => []},
      authorizations: {grants: async () => []},
      world: realWorld,
    } as unknown as AdminParts
    for (const route of adminRoutesOf(fakes, new AdminSessions(realWorld))) {
      if (route.method === 'POST' || !/(?:accounts|:did|invites|mail)$/.test(route.path)) continue
      const visit = {
        session: {sinceMs: 0},
        url: new URL(`http://localhost${route.path}`),
        params: {did},
        token: 'x',
        page: async ({main}: {main: Html}) => new Response(toText(main)),
      }
      const page = await (await route.handle(visit as unknown as Visit)).text()
      assert.match(page, /&quot;&gt;&lt;script/, route.path)
      assert.ok(isHarmless(page), route.path)
    }
  })

  test('what a relay says, and who follows, is text, of bounded length', async context => {
    const network = await pdsAdmin(context, {PDS_RELAYS: 'https://relay.example.com'})
    const answers: unknown[] = [
      {hostname: hostile, status: hostile.repeat(200), seq: 1, accountCount: 1},
      {hostname: 'x', status: {}, seq: hostile},
      hostile,
    ]
    for (const [i, answer] of answers.entries()) {
      network.hosts.set('relay.example.com', relayThatSays(Response.json(answer, {status: i === 2 ? 400 : 200})))
      const page = await (await network.admin()).page(i === 0 ? '/admin' : `/admin/accounts/${network.did}?relays`)
      assert.ok(isHarmless(page), page)
      assert.ok(page.length < 20_000, `${page.length}`)
    }
    const stopping = new AbortController()
    const request = new Request('http://localhost:2583/xrpc/com.atproto.sync.subscribeRepos?cursor=0', {
      headers: {'user-agent': hostile},
    })
    const frames = network.pds.frames(request, stopping.signal)
    assert.ok(!(frames instanceof Response))
    await frames[Symbol.asyncIterator]().next()
    const page = await (await network.admin()).page('/admin')
    assert.match(page, /&quot;&gt;&lt;script/)
    assert.ok(isHarmless(page))
    stopping.abort()
  })
})

const relayThatSays = (answer: Response): Service => ({
  name: 'relay',
  ended: new Promise(() => {}),
  start: async () => {},
  stop: async () => {},
  fetch: async () => answer.clone() as Response,
})
