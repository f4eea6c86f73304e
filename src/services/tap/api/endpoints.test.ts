/** The HTTP API, question by question. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Hosted, openTestTap} from '../../../../test/tap-service.ts'
import {until} from '../../../../test/until.ts'
import {answer, type ApiDeps} from './index.ts'

const alice = new Hosted('alice')
alice.write({a: 'one'})
const {did} = alice
const nobody = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
const json = {'content-type': 'application/json'}

const basic = (text: string) => ({authorization: `Basic ${Buffer.from(text).toString('base64')}`})

suite('the API of a Tap', {timeout: 30_000}, () => {
  const refused: [
    what: string,
    method: string,
    path: string,
    body: unknown,
    status: number,
    headers?: Record<string, string>,
  ][] = [
    ['a path that is none', 'GET', '/nothing', undefined, 404],
    ['a method that is none', 'DELETE', '/filters', undefined, 404],
    ['the channel without a WebSocket', 'GET', '/channel', undefined, 426],
    ['a body that is no JSON', 'POST', '/repos/add', '{', 400],
    ['a body that is no object', 'POST', '/repos/add', '[]', 400],
    ['a body that does not say that it is JSON', 'POST', '/repos/add', '{}', 415, {'content-type': 'text/plain'}],
    ['a body that is too long', 'POST', '/repos/add', 'x'.repeat(8 * 2 ** 20 + 1), 413],
    ['no DIDs', 'POST', '/repos/add', {}, 400],
    ['DIDs that are no list', 'POST', '/repos/remove', {dids: did}, 400],
    ['a DID that is none', 'POST', '/repos/add', {dids: [did, 'alice.test']}, 400],
    ['too many DIDs', 'POST', '/repos/pause', {dids: Array.from({length: 100_001}, () => did)}, 400],
    ['a DID that is none, to resolve', 'GET', '/resolve/alice', undefined, 400],
    ['a DID that nobody has', 'GET', `/resolve/${nobody}`, undefined, 404],
    ['one that is not followed', 'GET', `/info/${nobody}`, undefined, 404],
    ['a path that is not well encoded', 'GET', '/info/%E0', undefined, 400],
    ['a state that is none', 'GET', '/repos?state=lost', undefined, 400],
    ['a limit that is too high', 'GET', '/repos?limit=1001', undefined, 400],
    ['a cursor that is none', 'GET', '/repos?cursor=-1', undefined, 400],
    ['a filter that is none', 'PUT', '/filters', {collection: []}, 400],
    ['a filter that is no list', 'PUT', '/filters', {collections: 'app.bsky.*'}, 400],
    ['a collection that is none', 'PUT', '/filters', {collections: ['app.*.post']}, 400],
    ['a signal that is a pattern', 'PUT', '/filters', {signals: ['app.bsky.*']}, 400],
    ['too many collections', 'PUT', '/filters', {collections: Array.from({length: 101}, () => 'a.b.c')}, 400],
    ['a network that is neither', 'PUT', '/filters', {fullNetwork: 1}, 400],
  ]
  test('what is not in order is refused, with a message', async context => {
    const {call} = await openTestTap(context, [alice])
    for (const [what, method, path, body, status, headers] of refused) {
      const answer = await call(method, path, body, headers ?? (body === undefined ? {} : json))
      assert.equal(answer.status, status, what)
      assert.equal(typeof answer.body.message, 'string', what)
    }
    assert.deepEqual((await call('GET', '/repos')).body, {repos: []})
    assert.deepEqual((await call('GET', '/filters')).body, {collections: [], signals: [], fullNetwork: false})
  })

  test('who is followed is told of, page by page, and can be paused, taken up and removed', async context => {
    const {call, add} = await openTestTap(context, [alice])
    assert.deepEqual(await add(did, nobody, did), {status: 200, body: ''} as never)
    const infoOf = async (of: string) => (await call('GET', `/info/${of}`)).body
    await until(async () => (await infoOf(did)).state === 'active', 'she is followed')
    await until(async () => (await infoOf(nobody)).state === 'error', 'nobody is not')
    await until(async () => (await infoOf(did)).handle !== '', 'she has a handle')
    assert.deepEqual(await infoOf(did), {
      did,
      handle: 'alice.test',
      state: 'active',
      status: 'active',
      rev: alice.rev,
      error: '',
      retries: 0,
      records: 1,
    })
    const page = (await call('GET', '/repos?limit=1')).body as {repos: {did: string}[]; cursor: string}
    const next = (await call('GET', `/repos?cursor=${page.cursor}`)).body as {repos: {did: string}[]}
    assert.deepEqual(
      [...page.repos, ...next.repos].map(repo => repo.did),
      [did, nobody],
    )
    assert.deepEqual((await call('POST', '/repos/pause', {dids: [did]})).body, {count: 1})
    assert.equal((await infoOf(did)).state, 'paused')
    assert.deepEqual((await call('POST', '/repos/resume', {dids: [did]})).body, {count: 1})
    await until(async () => (await infoOf(did)).state === 'active', 'she is taken up again')
    const {body} = await call('GET', '/stats')
    assert.deepEqual([body.repos, body.records, body.states], [2, 1, {active: 1, error: 1}])
    assert.deepEqual(await call('GET', '/stats/repo-count'), {status: 200, body: {repo_count: 2}})
    assert.deepEqual(await call('GET', '/stats/record-count'), {status: 200, body: {record_count: 1}})
    assert.deepEqual(await call('GET', '/stats/resync-buffer'), {status: 200, body: {resync_buffer: 0}})
    assert.deepEqual((await call('GET', '/stats/cursors')).body, {firehose: 0, list_repos: ''})
    await call('POST', '/repos/remove', {dids: [did]})
    assert.equal((await call('GET', `/info/${did}`)).status, 404)
    const left = (await call('GET', '/stats/outbox-buffer')).body.outbox_buffer
    assert.ok(left === 0 || left === 1, 'at most the identity of who is left')
  })

  test('what is asked for a multitude is done for some hundred at a time', async () => {
    const dids = Array.from({length: 1_200}, (_, i) => `did:web:a${i}.example.com`)
    for (const what of ['add', 'remove', 'pause', 'resume']) {
      const acts: number[] = []
      const act = async ({length}: readonly string[]) => acts.push(length) && length
      const store = {track: act, untrack: act, pause: act}
      const deps = {store, outbox: {drop: () => {}, recount: async () => {}}, stirred: async () => {}}
      const request = new Request(`http://localhost:2480/repos/${what}`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({dids}),
      })
      const answered = await answer(request, deps as unknown as ApiDeps)
      assert.deepEqual([answered?.status, acts], [200, [500, 500, 200]], what)
    }
  })

  test('it is up, and has the DID documents of others', async context => {
    const {call} = await openTestTap(context, [alice])
    assert.deepEqual(await call('GET', '/health'), {status: 200, body: {status: 'ok'}})
    assert.equal((await call('GET', `/resolve/${did}`)).body.id, did)
    assert.equal((await call('HEAD', '/health')).status, 200)
    assert.equal((await call('GET', '/')).status, 200)
  })

  test('filters are set one by one, and stay', async context => {
    const {call} = await openTestTap(context, [alice], {env: {TAP_COLLECTION_FILTERS: 'app.bsky.*'}})
    await call('PUT', '/filters', {collections: ['com.example.*', 'app.bsky.feed.post']})
    await call('PUT', '/filters', {signals: ['app.bsky.actor.profile']})
    assert.deepEqual((await call('GET', '/filters')).body, {
      collections: ['com.example.*', 'app.bsky.feed.post'],
      signals: ['app.bsky.actor.profile'],
      fullNetwork: false,
    })
  })

  test('with a password everything needs it', async context => {
    const {call, connect} = await openTestTap(context, [alice], {env: {TAP_ADMIN_PASSWORD: 'secret: word'}})
    for (const path of ['/', '/health', '/stats', '/nothing']) {
      assert.equal((await call('GET', path)).status, 401, path)
      assert.equal((await call('GET', path, undefined, basic('admin:secret'))).status, 401, path)
      assert.equal((await call('GET', path, undefined, basic('user:secret: word'))).status, 401, path)
    }
    assert.equal((await call('GET', '/health', undefined, {authorization: 'Basic !'})).status, 401)
    assert.equal((await call('GET', '/health', undefined, basic('admin:secret: word'))).status, 200)
    assert.equal((await connect()).refused, 401)
  })

  test('without a password no page asks by a name of its own that leads here', async context => {
    const asked: [env: Record<string, string>, url: string, origin: string | undefined, status: number][] = [
      [{}, 'http://evil.example:2480/stats', undefined, 403],
      [{}, 'http://127.0.0.1:2480/stats', undefined, 200],
      [{}, 'http://[::1]:2480/stats', 'http://[::1]:2480', 200],
      [{}, 'http://tap.localhost:2480/stats', undefined, 200],
      [{TAP_BIND: ':2480'}, 'http://tap.cluster.local:2480/stats', undefined, 200],
      [{TAP_BIND: ':2480'}, 'http://evil.example:2480/stats', 'http://evil.example:2480', 403],
      [{TAP_BIND: ':2480'}, 'http://tap:2480/stats', 'http://tap:2480', 200],
      [{TAP_ADMIN_PASSWORD: 'secret'}, 'http://tap.example:2480/stats', undefined, 401],
    ]
    for (const [env, url, origin, status] of asked) {
      const {tap} = await openTestTap(context, [], {env})
      const request = new Request(url, {headers: origin === undefined ? {} : {origin}})
      const frames = await tap.frames(request, AbortSignal.abort(), (async function* () {})())
      assert.deepEqual(
        [(await tap.fetch(request)).status, 'status' in frames && frames.status],
        [status, status === 200 ? 404 : status],
        url,
      )
    }
  })

  test('wrong passwords are counted', async context => {
    const {tap} = await openTestTap(context, [], {env: {TAP_ADMIN_PASSWORD: 'secret'}})
    const statusOf = async (word: string, peer: string): Promise<number> => {
      const request = new Request('http://localhost:2480/health', {
        headers: {authorization: `Basic ${btoa(`admin:${word}`)}`},
      })
      return (await tap.fetch(Object.assign(request, {peer}))).status
    }
    for (let n = 0; n < 40; n++) assert.equal(await statusOf('secret', '192.0.2.1'), 200)
    for (let n = 0; n < 20; n++) assert.equal(await statusOf(`${n}`, '192.0.2.1'), 401)
    assert.equal(await statusOf('secret', '192.0.2.1'), 429)
    assert.equal(await statusOf('secret', '192.0.2.2'), 200)
  })
})
