import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, profile, refuse, WebNetwork, type Answers} from '../../../../../test/web-network.ts'

const hostile = '<script>alert(1)</script>"\''
const standard: Answers = {
  'com.atproto.server.getSession': () => ({...alice, email: 'alice@example.com', active: true}),
  'com.atproto.server.listAppPasswords': () => ({
    passwords: [{name: 'A phone', createdAt: '2026-11-20T12:00:00.000Z', privileged: false}],
  }),
  'app.bsky.graph.getBlocks': () => ({
    blocks: [profile(bob, {viewer: {blocking: `at://${alice.did}/app.bsky.graph.block/3k`}})],
  }),
  'app.bsky.graph.getMutes': () => ({mutes: [profile(bob, {displayName: 'Muted Bob'})]}),
  'com.atproto.identity.updateHandle': () => undefined,
  'com.atproto.server.createAppPassword': ({name}) => ({
    name,
    password: 'abcd-efgh-ijkl-mnop',
    createdAt: '2026-11-22T12:00:00.000Z',
  }),
  'com.atproto.server.revokeAppPassword': () => undefined,
}

async function open(context: Parameters<typeof WebNetwork.open>[0], answers: Answers = {}): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, {...standard, ...answers})
  await network.signIn()
  return network
}

suite('the settings', () => {
  test('show the account, its app passwords, and who is muted and blocked', async context => {
    const page = await (await open(context)).page('/settings')
    assert.match(page, /<dd>@alice\.test<\/dd>/)
    assert.ok(page.includes(`<dd class="mono">${alice.did}</dd>`))
    assert.match(page, /<dd>alice@example\.com<\/dd>/)
    assert.match(page, /<b>A phone<\/b>[\s\S]*>Revoke</)
    assert.match(page, /Muted accounts[\s\S]*Muted Bob[\s\S]*Unmute<\/button>/)
    assert.match(page, /Blocked accounts[\s\S]*name="record" value="at:\/\/[^"]*block\/3k"[\s\S]*Unblock/)
  })

  test('leave out what the servers do not offer', async context => {
    const missing = Object.fromEntries(Object.keys(standard).map(nsid => [nsid, refuse('MethodNotImplemented', 501)]))
    const network = await open(context, missing)
    const response = await network.get('/settings')
    assert.equal(response.status, 200)
    const page = await response.text()
    assert.match(page, /@alice\.test/)
    assert.doesNotMatch(page, /App passwords|Email|Muted accounts|Blocked accounts/)
  })

  test('are for who is signed in', async context => {
    const network = await WebNetwork.open(context)
    for (const path of ['/settings', '/settings/repository.car']) {
      const {headers} = await network.get(path)
      assert.equal(headers.get('location'), `/sign-in?next=${encodeURIComponent(path)}`)
    }
  })

  test('escape what others have written', async context => {
    const network = await open(context, {
      'com.atproto.server.listAppPasswords': () => ({
        passwords: [{name: hostile, createdAt: hostile, privileged: false}],
      }),
      'app.bsky.graph.getMutes': () => ({mutes: [profile(bob, {displayName: hostile})]}),
    })
    assert.doesNotMatch(await network.page('/settings'), /<script>alert/)
  })
})

suite('a handle is changed', () => {
  test('as it is written, and told', async context => {
    const network = await open(context)
    const response = await network.post('/settings/handle', {handle: ' @Alice.Example.COM '})
    assert.deepEqual(network.given('com.atproto.identity.updateHandle'), [{handle: 'alice.example.com'}])
    assert.equal(response.status, 200)
    assert.match(await response.text(), /role="status">Your handle is @alice\.example\.com now/)
  })

  test('or not, and told why', async context => {
    const network = await open(context, {'com.atproto.identity.updateHandle': refuse('InvalidHandle')})
    const response = await network.post('/settings/handle', {handle: hostile})
    assert.equal(response.status, 422)
    const page = await response.text()
    assert.match(page, /role="alert">refused: InvalidHandle/)
    assert.doesNotMatch(page, /<script>alert/)
  })
})

suite('an app password', () => {
  test('is made by name and shown once', async context => {
    const network = await open(context)
    const made = await (await network.post('/settings/app-passwords', {name: ' A tablet '})).text()
    assert.deepEqual(network.given('com.atproto.server.createAppPassword'), [{name: 'A tablet'}])
    assert.match(made, /Password for “A tablet”: <code class="mono">abcd-efgh-ijkl-mnop<\/code>/)
    assert.doesNotMatch(await network.page('/settings'), /abcd-efgh/)
  })

  test('is revoked by name', async context => {
    const network = await open(context)
    const page = await (await network.post('/settings/app-passwords/revoke', {name: 'A phone'})).text()
    assert.deepEqual(network.given('com.atproto.server.revokeAppPassword'), [{name: 'A phone'}])
    assert.match(page, /password for “A phone” has been revoked/)
  })

  test('that cannot be made or revoked is told', async context => {
    const network = await open(context, {
      'com.atproto.server.createAppPassword': refuse('AccountTakedown'),
      'com.atproto.server.revokeAppPassword': refuse('InvalidRequest'),
    })
    for (const [path, error] of [
      ['/settings/app-passwords', 'AccountTakedown'],
      ['/settings/app-passwords/revoke', 'InvalidRequest'],
    ]) {
      const response = await network.post(path, {name: 'x'})
      assert.equal(response.status, 422)
      assert.match(await response.text(), new RegExp(`role="alert">refused: ${error}`))
    }
  })
})

test('a repository is downloaded as it is, under the handle', async context => {
  const bytes = Uint8Array.of(1, 2, 3)
  const network = await open(context, {
    'com.atproto.sync.getRepo': () => new Response(bytes, {headers: {'content-type': 'application/vnd.ipld.car'}}),
  })
  const response = await network.get('/settings/repository.car')
  assert.equal(response.headers.get('content-type'), 'application/vnd.ipld.car')
  assert.equal(response.headers.get('content-disposition'), 'attachment; filename="alice.test.car"')
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes)
  assert.deepEqual(network.given('com.atproto.sync.getRepo'), [{did: alice.did}])
})

test('signing out everywhere ends the sessions of every browser', async context => {
  const network = await open(context)
  const first = network.cookie
  await network.signIn()
  const response = await network.post('/settings/sign-out-everywhere', {})
  assert.equal(response.headers.get('location'), '/sign-in')
  assert.match(response.headers.get('set-cookie') ?? '', /Max-Age=0/)
  assert.equal(network.given('com.atproto.server.deleteSession').length, 2)
  const elsewhere = await network.get('/settings', {cookie: first})
  assert.match(elsewhere.headers.get('location') ?? '', /^\/sign-in/)
})
