/** The app's pages: what they make of what strangers write, and what their forms do. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {notePeer} from '#runtime/strangers/peer.ts'
import {alice, bob, nowMs, origin, post, profile, Refusal, WebNetwork} from '../../../../test/web-network.ts'
import {ago} from '#pages/time.ts'

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

test('signing in tells in plain words what is wrong, and keeps what was filled in', async context => {
  const network = await WebNetwork.open(context)
  const wrong = await network.post('/sign-in', {identifier: '@alice.test', password: 'x', next: '/search'})
  assert.equal(wrong.status, 422)
  const page = await wrong.text()
  assert.match(page, /Wrong handle or password/)
  assert.match(page, /value="alice\.test"/)
  assert.doesNotMatch(page, /value="x"/)

  const short = await network.post('/sign-in', {identifier: 'alice', password: 'correct horse', next: '//evil.example'})
  assert.equal(short.headers.get('location'), '/timeline')
  assert.equal(network.given('com.atproto.server.createSession').at(-1)?.identifier, 'alice.test')
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

test('a handle is judged as it is written, and an account is made', async context => {
  const network = await WebNetwork.open(context)
  const judge = (name: string): Promise<string> => network.page(`/sign-up/handle?name=${name}&domain=.test`)
  assert.match(await judge('alice'), /is taken/)
  assert.match(await judge('Carol'), /@carol\.test.*is free/)
  assert.match(await judge('al'), /At least three/)
  assert.match(await judge('a_b'), /letters, digits and hyphens only/)
  assert.match(await judge('a.b'), /letters, digits and hyphens only/)

  const made = await network.post('/sign-up', {
    name: 'carol',
    domain: '.test',
    email: 'c@x.org',
    password: 'long enough',
  })
  assert.equal(made.headers.get('location'), '/timeline')
  assert.equal(network.given('com.atproto.server.createAccount')[0].handle, 'carol.test')
})

test('a post is written with what is found in it, an answer with the whole of its thread', async context => {
  const root = {uri: `at://${alice.did}/app.bsky.feed.post/3lbaa2345672k`, cid: String(post(bob, '').cid)}
  const parent = post(bob, 'in between', {record: {reply: {root, parent: root}}})
  const network = await WebNetwork.open(context, {'app.bsky.feed.getPosts': () => ({posts: [parent]})})
  await network.signIn()
  const form = new FormData()
  form.set('text', 'hi @bob.test, see example.com\r\n#sky')
  form.set('language', 'de')
  form.set('reply', String(parent.uri))
  form.set('picture', new File([new Uint8Array(tinyPng)], 'x.png'))
  form.set('alt', 'a dot')
  const sent = await network.post('/compose', form)
  assert.equal(sent.status, 303)
  assert.match(sent.headers.get('location') ?? '', /^\/profile\/did:plc:[a-z2-7]+\/post\/3l/)
  const [{record}] = network.given('com.atproto.repo.createRecord') as {record: Record<string, unknown>}[]
  assert.equal(record.text, 'hi @bob.test, see example.com\n#sky')
  assert.deepEqual(record.langs, ['de'])
  assert.deepEqual(record.reply, {root, parent: {uri: parent.uri, cid: parent.cid}})
  assert.deepEqual(
    (record.facets as {features: {$type: string}[]}[]).map(({features: [{$type}]}) => $type.split('#')[1]),
    ['mention', 'link', 'tag'],
  )
  const [image] = (record.embed as {images: {alt: string; aspectRatio: object}[]}).images
  assert.equal(image.alt, 'a dot')
  assert.deepEqual(image.aspectRatio, {width: 1, height: 1})
})

test('what cannot be posted is told above what was written', async context => {
  const network = await WebNetwork.open(context)
  await network.signIn()
  const send = async (fields: Record<string, string>, file?: Uint8Array<ArrayBuffer>): Promise<string> => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    if (file) form.set('picture', new File([file], 'evil.svg', {type: 'image/png'}))
    const response = await network.post('/compose', form)
    assert.equal(response.status, 422)
    return response.text()
  }
  assert.match(await send({text: '  '}), /Write something/)
  assert.match(await send({text: 'x'.repeat(301)}), /300 characters at most[\s\S]*x{301}/)
  assert.match(
    await send({text: 'x'}, new TextEncoder().encode(`<svg onload="alert(1)">${' '.repeat(40)}</svg>`)),
    /is not a picture/,
  )
  assert.deepEqual(network.given('com.atproto.repo.createRecord'), [])
})

test('a like comes and goes: as a button for an island, and as a way back for everybody else', async context => {
  const network = await WebNetwork.open(context)
  await network.signIn()
  const {uri, cid} = post(bob, '') as {uri: string; cid: string}
  const fields = {uri, cid, count: '4', back: '/timeline'}
  const button = await (await network.post('/act/like', fields, {'x-island': 'act'})).text()
  assert.match(button, /aria-pressed="true"[^>]*aria-label="[^"]*, 5"/)
  const [, record = ''] = /name="record" value="([^"]+)"/.exec(button) ?? []
  assert.equal(record, `at://${alice.did}/app.bsky.feed.like/3lbcd2345672k`)

  const back = await network.post('/act/like', {...fields, record})
  assert.equal(back.headers.get('location'), '/timeline')
  assert.equal(network.given('com.atproto.repo.deleteRecord')[0].collection, 'app.bsky.feed.like')

  const others = `at://${bob.did}/app.bsky.feed.post/3lbcd2345672k`
  await network.post('/act/delete', {uri: others, back: '/timeline'})
  assert.equal(network.given('com.atproto.repo.deleteRecord').length, 1, 'only one’s own')
  for (const uri of ['', 'javascript:alert(1)', 'at://']) {
    assert.equal((await network.post('/act/like', {...fields, uri})).status, 400)
  }
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

test('a session that is over leads to the door, and back to where one was', async context => {
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

test('times are told as people tell them', () => {
  const minutes = [0, 1, 59, 60, 24 * 60, 8 * 24 * 60, 400 * 24 * 60]
  const told = minutes.map(past => ago(nowMs - past * 60_000, nowMs))
  assert.deepEqual(told, ['now', '1m', '59m', '1h', '1d', '14 Nov', '18 Oct 2025'])
})

/** One pixel. */
const tinyPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
