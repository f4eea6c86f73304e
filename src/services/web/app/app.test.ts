/** The app's pages: what they make of what strangers write, and what their forms do. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {notePeer} from '#runtime/strangers/peer.ts'
import {alice, bob, origin, post, profile, Refusal, WebNetwork} from '../../../../test/web-network.ts'

const hostile = '<img src=x onerror=alert(1)>"\'</title><script>alert(1)</script>'

/** No element or attribute that runs anything, and no address that does. */
function assertHarmless(page: string): void {
  assert.doesNotMatch(page, /<img src=x/i)
  assert.doesNotMatch(page, /<script>/i)
  assert.doesNotMatch(page, /(?:href|src|action)="\s*(?:javascript|data|vbscript):/i)
  const unquoted = page.replaceAll(/"[^"]*"/g, '""')
  assert.doesNotMatch(unquoted, /<[^>]+\s(?:on\w+|style)=/i)
}

test('what strangers write is text, wherever it is shown', async context => {
  const mallory = {...profile(bob), displayName: hostile, description: `${hostile} javascript:alert(1)`}
  const facets = [
    {
      index: {byteStart: 0, byteEnd: 5},
      features: [{$type: 'app.bsky.richtext.facet#link', uri: 'javascript:alert(1)'}],
    },
    {index: {byteStart: 6, byteEnd: 9}, features: [{$type: 'app.bsky.richtext.facet#tag', tag: '"><script>'}]},
  ]
  const link = {
    $type: 'app.bsky.embed.external#view',
    external: {uri: 'javascript:alert(1)', title: hostile, description: hostile},
  }
  const evil = post(mallory, `${hostile}`, {record: {facets}, embed: link})
  const network = await WebNetwork.open(context, {
    'app.bsky.actor.getProfile': () => mallory,
    'app.bsky.actor.getSuggestions': () => ({actors: [mallory]}),
    'app.bsky.feed.getTimeline': () => ({feed: [{post: evil}]}),
    'app.bsky.feed.getAuthorFeed': () => ({feed: [{post: evil}]}),
    'app.bsky.feed.getPosts': () => ({posts: [evil]}),
    'app.bsky.feed.searchPosts': () => ({posts: [evil]}),
    'app.bsky.actor.searchActors': () => ({actors: [mallory]}),
    'app.bsky.notification.listNotifications': () => ({
      notifications: ['like', 'reply', hostile].map(reason => ({
        uri: evil.uri,
        cid: evil.cid,
        author: mallory,
        reason,
        reasonSubject: evil.uri,
        record: {},
        isRead: false,
        indexedAt: '2026-11-22T11:00:00.000Z',
      })),
    }),
  })
  await network.signIn()
  const query = encodeURIComponent(hostile)
  const paths = [
    '/timeline',
    '/profile/bob.test',
    '/notifications',
    '/search?q=x',
    '/search?q=x&kind=people',
    `/search?q=${query}&kind=${query}&cursor=${query}`,
    `/compose?reply=${encodeURIComponent(String(evil.uri))}&text=${query}`,
    `/compose?quote=${query}`,
    `/profile/${query}`,
    `/sign-in?next=${query}`,
  ]
  for (const path of paths) {
    const response = await network.get(path)
    assert.ok(response.status < 500, `${path}: ${response.status}`)
    assertHarmless(await response.text())
  }
})

test('a session is a cookie that no script and no other site can use, and holds no token', async context => {
  const network = await WebNetwork.open(context)
  const cookie = await network.signIn()
  assert.match(cookie, /^wholesky-session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
  const page = await network.page('/timeline')
  assert.match(page, /hello, world/)
  assert.doesNotMatch(page, /e30\./)
  assert.match(page, /3<span class="unseen"> unread<\/span>/)
  assert.ok(network.calls.find(({nsid}) => nsid === 'app.bsky.feed.getTimeline')?.token?.startsWith('Bearer e30.'))

  const out = await network.post('/sign-out', {})
  assert.match(out.headers.get('set-cookie') ?? '', /^wholesky-session=; Path=\/; Max-Age=0; HttpOnly/)
  assert.equal(network.given('com.atproto.server.deleteSession').length, 1)
  const after = await network.get('/timeline')
  assert.equal(after.headers.get('location'), '/sign-in?next=%2Ftimeline')
})

test('nobody from outside may try passwords for ever', async context => {
  const network = await WebNetwork.open(context)
  const told: string[] = []
  const token = await network.token()
  for (let i = 0; i < 31; i++) {
    const body = new URLSearchParams({identifier: alice.handle, password: 'guess', 'form-token': token})
    const request = new Request(`${origin}/sign-in`, {method: 'POST', headers: {origin, cookie: network.cookie}, body})
    notePeer(request, '192.0.2.7')
    told.push(await (await network.web.fetch(request)).text())
  }
  assert.match(told[29], /Wrong handle or password/)
  assert.match(told[30], /Too many attempts/)
  assert.equal(network.given('com.atproto.server.createSession').length, 30)
  const asked = network.calls.filter(({nsid}) => nsid === 'com.atproto.server.createSession')
  assert.deepEqual(new Set(asked.map(({forwardedFor}) => forwardedFor)), new Set(['192.0.2.7']))
})

test('buttons of another site do nothing, whoever is signed in', async context => {
  const network = await WebNetwork.open(context)
  await network.signIn()
  const {uri} = post(alice, '') as {uri: string}
  const headers = {origin: 'https://evil.example'}
  for (const path of ['/act/like', '/act/delete', '/act/follow', '/compose', '/sign-out', '/settings/handle']) {
    assert.equal((await network.post(path, {uri, text: 'x'}, headers)).status, 403, path)
  }
  assert.ok(network.calls.every(({nsid}) => !/Record|deleteSession|updateHandle/.test(nsid)))
})

test('a session that has expired leads to the sign-in, and back to where one was', async context => {
  const network = await WebNetwork.open(context, {
    'app.bsky.feed.getTimeline': () => {
      throw new Refusal('ExpiredToken')
    },
    'com.atproto.server.refreshSession': () => {
      throw new Refusal('ExpiredToken')
    },
  })
  await network.signIn()
  const response = await network.get('/timeline?cursor=1')
  assert.equal(response.headers.get('location'), '/sign-in?next=%2Ftimeline%3Fcursor%3D1&why=ended')
  assert.match(response.headers.get('set-cookie') ?? '', /Max-Age=0/)
})

test('a server that is away, and a person who is not there, are told of with what to do', async context => {
  const network = await WebNetwork.open(context, {
    'app.bsky.feed.getTimeline': () => {
      throw new Refusal('UpstreamFailure', 502)
    },
    'app.bsky.actor.getProfile': () => {
      throw new Refusal('AccountDeactivated')
    },
  })
  await network.signIn()
  const away = await network.get('/timeline')
  assert.equal(away.status, 502)
  assert.match(await away.text(), /Server not available[\s\S]*href="\/timeline"[^>]*>Try again/)
  const gone = await network.get('/profile/carol.test')
  assert.equal(gone.status, 404)
  assert.match(await gone.text(), /deactivated/)
})
