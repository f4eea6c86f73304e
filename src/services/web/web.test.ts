/** The site as a whole: what is refused, what every answer carries, and what is kept by a browser. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, origin, Refusal, WebNetwork} from '../../../test/web-network.ts'

/** Every page there is, for who is signed in. */
const pages = [
  '/',
  '/timeline',
  '/compose',
  '/search',
  '/search?q=hello',
  '/notifications',
  '/bookmarks',
  '/settings',
  '/settings/profile',
  '/profile/bob.test',
  '/explore',
  '/live',
  '/no-such-page',
]

suite('every answer', () => {
  test('carries a policy that runs no script of a stranger, and shows pictures of the AppView', async context => {
    const network = await WebNetwork.open(context)
    for (const path of ['/', '/no-such-page', '/assets/nothing.css', '/robots.txt']) {
      const {headers} = await network.get(path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(
        policy,
        /default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: http:\/\/localhost:2584;/,
        path,
      )
      assert.doesNotMatch(policy, /unsafe|\*/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test('to who is signed in has the token of the session in each form, and no other', async context => {
    const network = await WebNetwork.open(context)
    await network.signIn()
    const token = await network.token()
    for (const path of pages) {
      const forms = (await network.page(path)).match(/<form[^>]*method="post"[\s\S]*?<\/form>/g) ?? []
      assert.ok(forms.length >= 2, `${path}: the theme and signing out at least`)
      for (const form of forms) {
        const tokens = [...form.matchAll(/name="form-token" value="([^"]*)"/g)].map(([, value]) => value)
        assert.deepEqual(tokens, [token], `${path}: ${form.slice(0, 200)}`)
      }
    }
  })
})

function assertRefused(response: Response): void {
  assert.equal(response.status, 403)
  assert.equal(response.headers.get('set-cookie'), null)
}

suite('a form', () => {
  const theme = {theme: 'dark', back: '/explore'}

  test('of another site does nothing, with the right token too', async context => {
    const network = await WebNetwork.open(context)
    const foreign: Record<string, string>[] = [
      {origin: 'https://evil.example'},
      {'sec-fetch-site': 'cross-site'},
      {'sec-fetch-site': 'same-site'},
      {origin: 'null'},
    ]
    for (const headers of foreign) {
      assertRefused(await network.post('/theme', theme, headers))
    }
    const body = new URLSearchParams({...theme, 'form-token': await network.token()})
    const silent = new Request(`${origin}/theme`, {method: 'POST', headers: {cookie: network.cookie}, body})
    assertRefused(await network.fetch(silent))
  })

  test('without the token of its browser does nothing', async context => {
    const network = await WebNetwork.open(context)
    const other = await WebNetwork.open(context)
    for (const token of ['', 'x', await other.token(), 'A'.repeat(43)]) {
      assertRefused(await network.post('/theme', {...theme, 'form-token': token}))
    }
    const withoutCookie = await network.post('/theme', theme, {cookie: ''})
    assertRefused(withoutCookie)
    assert.match(await withoutCookie.text(), /out of date/)
  })

  test('from before signing in, and of another session, does nothing', async context => {
    const network = await WebNetwork.open(context)
    const before = await network.token()
    await network.signIn()
    const first = await network.token()
    assertRefused(await network.post('/act/mute', {did: alice.did, 'form-token': before}))
    await network.signIn()
    assertRefused(await network.post('/act/mute', {did: alice.did, 'form-token': first}))
    assert.deepEqual(network.given('app.bsky.graph.muteActor'), [])
    await network.post('/sign-out', {})
    assertRefused(await network.post('/sign-out', {'form-token': first}))
  })

  test('with files leads to the sign-in, unread, for who is not signed in', async context => {
    const network = await WebNetwork.open(context)
    let isRead = false
    const body = new ReadableStream(
      {
        pull: controller => {
          isRead = true
          controller.enqueue(new Uint8Array(1_000))
        },
      },
      {highWaterMark: 0},
    )
    const headers = {origin, 'content-type': 'multipart/form-data; boundary=x'}
    const request = new Request(`${origin}/compose`, {method: 'POST', headers, body, duplex: 'half'} as RequestInit)
    const response = await network.fetch(request)
    assert.equal(response.headers.get('location'), '/sign-in')
    assert.equal(isRead, false)
  })

  test('that is too large, or no form, is told so', async context => {
    const network = await WebNetwork.open(context)
    const large = await network.post('/sign-in', {identifier: 'a'.repeat(300_000)})
    assert.equal(large.status, 413)
    const headers = {origin, cookie: network.cookie, 'content-type': 'text/plain'}
    const none = await network.fetch(new Request(`${origin}/sign-in`, {method: 'POST', headers, body: 'x'}))
    assert.equal(none.status, 400)
  })
})

test('the theme is kept in a cookie, and the way back stays on this site', async context => {
  const network = await WebNetwork.open(context)
  const chosen = await network.post('/theme', {theme: 'dark', back: '/explore?x=1'})
  assert.equal(chosen.status, 303)
  assert.equal(chosen.headers.get('location'), '/explore?x=1')
  assert.match(
    chosen.headers.get('set-cookie') ?? '',
    /^wholesky-theme=dark; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
  )
  assert.match(await network.page('/no-such-page'), /<html lang="en" data-theme="dark"/)

  for (const back of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '']) {
    const away = await network.post('/theme', {theme: 'dark', back})
    assert.equal(away.headers.get('location'), '/', back)
  }
  const system = await network.post('/theme', {theme: 'purple', back: '/'})
  assert.match(system.headers.get('set-cookie') ?? '', /^wholesky-theme=; .*Max-Age=0/)
})

test('a path that has no page, or none for this method, is told so', async context => {
  const network = await WebNetwork.open(context)
  for (const path of ['/no-such-page', '/profile/%E0%A4%A', '/profile', '/profile/a/b/c/d']) {
    assert.equal((await network.get(path)).status, 404, path)
  }
  assert.equal((await network.get('/theme')).status, 405)
  assert.equal((await network.post('/timeline', {})).status, 405)
})

test('what the navigation shows of a person is asked for once in a while, not for every page', async context => {
  const network = await WebNetwork.open(context)
  await network.signIn()
  for (const path of ['/timeline', '/explore', '/search']) await network.page(path)
  assert.equal(network.given('app.bsky.notification.getUnreadCount').length, 1)
})

test('what the navigation shows of a person does not keep a page waiting, nor break it', async context => {
  const network = await WebNetwork.open(context, {
    'app.bsky.notification.getUnreadCount': () => {
      throw new Refusal('InternalServerError', 500)
    },
  })
  await network.signIn()
  const page = await network.page('/explore')
  assert.match(page, /aria-label="Sign out"/)
  assert.doesNotMatch(page, /class="badge"/)
})

test('what a server of the network fails at is told as a page', async context => {
  const network = await WebNetwork.open(context, {
    'app.bsky.feed.getTimeline': () => {
      throw new Refusal('InternalServerError', 500)
    },
  })
  await network.signIn()
  const upstream = await network.get('/timeline')
  assert.equal(upstream.status, 502)
  assert.match(await upstream.text(), /Something went wrong/)
})
