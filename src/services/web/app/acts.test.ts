/** What buttons do: for an island, which puts the answer in its place, and for a page that comes back. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, cid, post, refuse, WebNetwork, type Answers} from '../../../../test/web-network.ts'

const {uri} = post(bob, '') as {uri: string}
const own = (collection: string): string => `at://${alice.did}/${collection}/3lbcd2345672k`
const writes = ['com.atproto.repo.createRecord', 'com.atproto.repo.deleteRecord']
const bookmarks = ['app.bsky.bookmark.createBookmark', 'app.bsky.bookmark.deleteBookmark']
const mutes = ['app.bsky.graph.muteActor', 'app.bsky.graph.unmuteActor']
const island = {'x-island': 'act'}

async function open(context: Parameters<typeof WebNetwork.open>[0], answers: Answers = {}): Promise<WebNetwork> {
  const silent = Object.fromEntries([...bookmarks, ...mutes].map(nsid => [nsid, () => undefined]))
  const network = await WebNetwork.open(context, {...silent, ...answers})
  await network.signIn()
  return network
}

/** All that was changed anywhere. */
const changes = (network: WebNetwork): unknown[] =>
  network.calls
    .filter(({nsid}) => [...writes, ...bookmarks, ...mutes].includes(nsid))
    .map(({nsid, given}) => [nsid, given])

const back = '/profile/bob.test?cursor=x'

for (const kind of ['like', 'repost'] as const) {
  const collection = `app.bsky.feed.${kind}`
  suite(`a ${kind}`, () => {
    test('is a record about the post', async context => {
      const network = await open(context)
      const response = await network.post(`/act/${kind}`, {uri, cid, count: '4', back})
      assert.equal(response.headers.get('location'), back)
      const [{repo, collection: made, record}] = network.given('com.atproto.repo.createRecord')
      assert.deepEqual([repo, made], [alice.did, collection])
      assert.deepEqual(record, {$type: collection, subject: {uri, cid}, createdAt: '2026-11-22T12:00:00.000Z'})
    })

    test('comes back to an island as the button that takes it back, counted', async context => {
      const network = await open(context)
      const response = await network.post(`/act/${kind}`, {uri, cid, count: '4', back}, island)
      assert.equal(response.status, 200)
      const text = await response.text()
      assert.match(text, /^<form class="act"/)
      assert.match(text, /aria-pressed="true"[^>]*aria-label="[^"]*, 5"/)
      assert.ok(text.includes(`name="record" value="${own(collection)}"`))
      assert.ok(text.includes(`name="form-token" value="${await network.token()}"`), 'the next click works too')
    })

    test('is taken back by deleting its record', async context => {
      const network = await open(context)
      const response = await network.post(`/act/${kind}`, {uri, cid, count: '5', back, record: own(collection)}, island)
      const text = await response.text()
      assert.match(text, /aria-pressed="false"[^>]*aria-label="[^"]*, 4"/)
      assert.doesNotMatch(text, /name="record"/)
      assert.deepEqual(network.given('com.atproto.repo.deleteRecord'), [
        {repo: alice.did, collection, rkey: '3lbcd2345672k'},
      ])
    })

    test('counts what a page may say of it, and never below none', async context => {
      const network = await open(context)
      const shown = async (count: string, record = '') => {
        const text = await (await network.post(`/act/${kind}`, {uri, cid, count, back, record}, island)).text()
        return /aria-label="[^"]*, (-?\d+)"/.exec(text)?.[1]
      }
      assert.deepEqual(
        await Promise.all([shown(''), shown('x'), shown('-9'), shown('2.7'), shown('0', own(collection))]),
        ['1', '1', '1', '3', '0'],
      )
    })

    const bad: Record<string, string>[] = [
      {uri: '', cid},
      {uri: 'javascript:alert(1)', cid},
      {uri: 'at://', cid},
      {uri: 'https://example.com/', cid},
      {uri, cid: ''},
      {uri, cid, record: 'x'},
      {},
    ]
    test('of no post, or ill-formed, is refused', async context => {
      const network = await open(context)
      for (const fields of bad) {
        const response = await network.post(`/act/${kind}`, {...fields, back})
        assert.equal(response.status, 400, JSON.stringify(fields))
        assert.match(await response.text(), /incomplete/)
      }
      assert.deepEqual(changes(network), [])
    })
  })
}

suite('following', () => {
  const fields = {did: bob.did, handle: bob.handle, back}

  test('is a record about the account, and the button says so', async context => {
    const network = await open(context)
    const text = await (await network.post('/act/follow', fields, island)).text()
    assert.match(text, /aria-label="Following @bob\.test">Following</)
    assert.ok(text.includes(`value="${own('app.bsky.graph.follow')}"`))
    assert.equal((network.given('com.atproto.repo.createRecord')[0].record as {subject: string}).subject, bob.did)
  })

  test('ends by deleting the record, and the button remembers who follows back', async context => {
    const network = await open(context)
    const record = own('app.bsky.graph.follow')
    const text = await (await network.post('/act/follow', {...fields, record}, island)).text()
    assert.match(text, />Follow</)
    const followed = await network.post('/act/follow', {...fields, record, followedBy: 'yes'}, island)
    assert.match(await followed.text(), />Follow back</)
  })

  test('of nobody is refused', async context => {
    const network = await open(context)
    const odds: Record<string, string>[] = [{did: ''}, {did: 'bob'}, {handle: '<b>'}, {handle: ''}, {record: 'x'}]
    for (const odd of odds) {
      assert.equal((await network.post('/act/follow', {...fields, ...odd})).status, 400, JSON.stringify(odd))
    }
    assert.deepEqual(changes(network), [])
  })
})

suite('blocking and muting', () => {
  test('a block is a record, and goes with it', async context => {
    const network = await open(context)
    await network.post('/act/block', {did: bob.did, back})
    await network.post('/act/block', {did: bob.did, record: own('app.bsky.graph.block'), back})
    assert.equal(network.given('com.atproto.repo.createRecord')[0].collection, 'app.bsky.graph.block')
    assert.equal(network.given('com.atproto.repo.deleteRecord')[0].collection, 'app.bsky.graph.block')
  })

  test('a mute is nobody’s business: no record is made of it', async context => {
    const network = await open(context)
    await network.post('/act/mute', {did: bob.did, back})
    await network.post('/act/mute', {did: bob.did, record: 'yes', back})
    assert.deepEqual(changes(network), [
      ['app.bsky.graph.muteActor', {actor: bob.did}],
      ['app.bsky.graph.unmuteActor', {actor: bob.did}],
    ])
  })

  test('of nobody are refused', async context => {
    const network = await open(context)
    for (const path of ['/act/block', '/act/mute']) {
      for (const did of ['', 'bob.test', 'did:', '<b>'])
        assert.equal((await network.post(path, {did, back})).status, 400)
    }
    assert.equal((await network.post('/act/block', {did: bob.did, record: 'x', back})).status, 400)
    assert.deepEqual(changes(network), [])
  })
})

suite('a bookmark', () => {
  test('is made and removed', async context => {
    const network = await open(context)
    await network.post('/act/bookmark', {uri, cid, back})
    await network.post('/act/bookmark', {uri, cid, record: 'yes', back})
    assert.deepEqual(changes(network), [
      ['app.bsky.bookmark.createBookmark', {uri, cid}],
      ['app.bsky.bookmark.deleteBookmark', {uri}],
    ])
  })

  test('of no post is refused', async context => {
    const network = await open(context)
    for (const fields of [
      {uri: '', cid},
      {uri: 'x', cid},
      {uri, cid: ''},
    ]) {
      assert.equal((await network.post('/act/bookmark', {...fields, back})).status, 400)
    }
    assert.deepEqual(changes(network), [])
  })
})

suite('deleting', () => {
  test('takes away a post of one’s own, and none of anybody else', async context => {
    const network = await open(context)
    await network.post('/act/delete', {uri: own('app.bsky.feed.post'), back})
    assert.deepEqual(network.given('com.atproto.repo.deleteRecord'), [
      {repo: alice.did, collection: 'app.bsky.feed.post', rkey: '3lbcd2345672k'},
    ])
    await network.post('/act/delete', {uri, back})
    await network.post('/act/delete', {uri: `at://${alice.did}`, back})
    assert.equal(network.given('com.atproto.repo.deleteRecord').length, 1)
    assert.equal((await network.post('/act/delete', {uri: 'x', back})).status, 400)
  })
})

suite('any act', () => {
  const acts: [path: string, fields: Record<string, string>][] = [
    ['/act/like', {uri, cid}],
    ['/act/repost', {uri, cid}],
    ['/act/follow', {did: bob.did, handle: bob.handle}],
    ['/act/block', {did: bob.did}],
    ['/act/mute', {did: bob.did}],
    ['/act/bookmark', {uri, cid}],
    ['/act/delete', {uri}],
  ]

  test('of who is not signed in leads to the sign-in, and does nothing', async context => {
    const network = await WebNetwork.open(context)
    for (const [path, fields] of acts) {
      const response = await network.post(path, fields)
      assert.equal(response.headers.get('location'), '/sign-in?next=%2Ftimeline', path)
    }
    assert.deepEqual(changes(network), [])
  })

  test('comes back to a page of ours and to no other', async context => {
    const network = await open(context)
    for (const [path, fields] of acts) {
      for (const away of ['https://evil.example', '//evil.example', 'javascript:alert(1)']) {
        const response = await network.post(path, {...fields, back: away})
        assert.equal(response.headers.get('location'), '/', path)
      }
    }
  })

  test('that the server refuses is told, and leads to the start', async context => {
    const failing = Object.fromEntries(
      [...writes, ...bookmarks, ...mutes].map(nsid => [nsid, refuse('Forbidden', 403)]),
    )
    const network = await open(context, failing)
    for (const [path, fields] of acts.filter(([path]) => path !== '/act/delete')) {
      const response = await network.post(path, {...fields, back})
      assert.equal(response.status, 403, path)
      assert.match(await response.text(), /refused: Forbidden[\s\S]*href="\/">Try again/)
    }
  })
})
