/** Threads as strangers make them: rings, thousands deep, thousands wide. Every answer is bounded, and soon there. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import type {ThreadViewPost} from '#lex/gen/app/bsky/feed/defs.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {getPostThread} from '#lex/gen/app/bsky/feed/getPostThread.ts'
import {getPostThreadOtherV2} from '#lex/gen/app/bsky/unspecced/getPostThreadOtherV2.ts'
import {getPostThreadV2} from '#lex/gen/app/bsky/unspecced/getPostThreadV2.ts'
import {openIndex} from '../../../test/appview-index.ts'

const post = 'app.bsky.feed.post'
const createdAt = '2025-01-01T00:00:00.000Z'
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const ref = (uri: string) => ({uri, cid})
const reply = (root: string, parent = root): Record<string, Value> => ({
  text: 'reply',
  reply: {root: ref(root), parent: ref(parent)},
})
/** The most posts of a thread that one answer holds, on each side of the post asked for. */
const itemsMax = 1000

type Index = Awaited<ReturnType<typeof openIndex>>
const threadTest = (name: string, run: (index: Index) => Promise<void>) =>
  test(name, {timeout: 20_000}, async () => {
    await using index = await openIndex()
    await run(index)
  })

/** Puts posts in, some hundred a commit; `of` gives the parent of each by its number. */
async function putMany({people: [alice], apply}: Index, count: number, root: string, of: (n: number) => string) {
  const body = (n: number): Value => ({$type: post, createdAt, ...reply(root, of(n))})
  for (let from = 1; from <= count; from += 500) {
    const numbers = Array.from({length: Math.min(500, count - from + 1)}, (_, at) => from + at)
    const writes = numbers.map(n => [`${post}/${alice.rkey(1000 + n)}`, body(n)] as const)
    await apply(alice.commit(Object.fromEntries(writes)))
  }
}

function levels(thread: unknown, member: 'parent' | 'replies'): number {
  let [count, at] = [0, thread as ThreadViewPost | undefined]
  for (; at?.post; count++) at = (member === 'parent' ? at.parent : at.replies?.[0]) as ThreadViewPost | undefined
  return count
}

threadTest('posts that answer each other are read as posts by themselves', async index => {
  const {
    people: [alice, bob],
    put,
    as,
  } = index
  const rkeys = [alice.rkey(1), bob.rkey(2)]
  const uris = [`at://${alice.did}/${post}/${rkeys[0]}`, `at://${bob.did}/${post}/${rkeys[1]}`]
  await put(alice, 'feed.post', reply(uris[1]), rkeys[0])
  await put(bob, 'feed.post', reply(uris[0]), rkeys[1])
  const own = await put(bob, 'feed.post', reply(`at://${bob.did}/${post}/${bob.rkey(3)}`), bob.rkey(3))
  for (const uri of [...uris, own]) {
    const flat = await as(alice).query(getPostThreadV2, {anchor: uri, below: 20})
    assert.deepEqual(
      flat.thread.map(({uri: one, depth}) => [one, depth]),
      [[uri, 0]],
    )
    const {thread} = await as(alice).query(getPostThread, {uri, depth: 1000, parentHeight: 1000})
    assert.deepEqual([levels(thread, 'parent'), levels(thread, 'replies')], [1, 1])
    assert.deepEqual((await as(alice).query(getPostThreadOtherV2, {anchor: uri})).thread, [])
  }
})

threadTest('a ring too long for the index to see is read once around at most', async index => {
  const {
    people: [alice],
    as,
  } = index
  const count = 1200
  const at = (n: number) => `at://${alice.did}/${post}/${alice.rkey(1000 + n)}`
  await putMany(index, count, at(1), n => at(n === 1 ? count : n - 1))
  const {thread} = await as().query(getPostThreadV2, {anchor: at(600), below: 20})
  assert.equal(thread.length, new Set(thread.map(({uri}) => uri)).size)
  await as().query(getPostThread, {uri: at(600), depth: 1000, parentHeight: 1000})
})

threadTest(
  'a thread of thousands of levels is read some hundred at a time, and no client loses its stack',
  async index => {
    const {
      people: [alice],
      put,
      as,
    } = index
    const root = await put(alice, 'feed.post', {text: 'root'})
    const at = (n: number) => (n === 0 ? root : `at://${alice.did}/${post}/${alice.rkey(1000 + n)}`)
    await putMany(index, 3000, root, n => at(n - 1))
    const {thread} = await as().query(getPostThread, {uri: at(1500), depth: 1000, parentHeight: 1000})
    assert.deepEqual([levels(thread, 'parent'), levels(thread, 'replies')], [201, 201])
    const flat = await as().query(getPostThreadV2, {anchor: at(1500), below: 20})
    assert.equal(flat.thread.length, 50 + 1 + 20)
  },
)

threadTest(
  'of thousands of replies some are read, those that say another root cost nothing, and the author’s are found',
  async index => {
    const {
      people: [alice, bob],
      put,
      as,
      sql,
    } = index
    const root = await put(bob, 'feed.post', {text: 'root'})
    const elsewhere = await put(bob, 'feed.post', {text: 'elsewhere'})
    await putMany(index, 2500, elsewhere, () => root)
    const {thread: alone} = await as().query(getPostThreadV2, {anchor: root})
    assert.equal(alone.length, 1, 'replies of another thread')
    await sql.write(tx => {
      tx.run('UPDATE post SET root = parent WHERE parent IS NOT NULL')
    })
    const onward = await put(bob, 'feed.post', reply(root))
    for (const sort of ['oldest', 'newest', 'top']) {
      const {thread} = await as(alice).query(getPostThreadV2, {anchor: root, sort, below: 20, branchingFactor: 100})
      assert.ok(thread.length <= itemsMax + 2, `${thread.length} items`)
      assert.equal(thread[1].uri, onward, 'the author’s own is read among all')
    }
    const {thread} = await as().query(getPostThread, {uri: root, depth: 1000})
    assert.ok(((thread as ThreadViewPost).replies?.length ?? 0) <= itemsMax + 1)
    // What the thread’s author goes on with is looked up by its author, not among all the replies.
    const plan = sql.read(tx =>
      tx.all<{detail: string}>(
        'EXPLAIN QUERY PLAN SELECT record FROM post WHERE root = 1 AND actor = 2 AND parent = 3 ORDER BY sortMs, record LIMIT 1',
      ),
    )
    assert.deepEqual(
      plan.map(({detail}) => /USING COVERING INDEX post_by_root \(root=\? AND actor=\? AND parent=\?\)/.test(detail)),
      [true],
    )
  },
)

threadTest('posts that quote each other in a ring are shown some layers deep', async index => {
  const {
    people: [alice],
    put,
    as,
  } = index
  const at = (n: number) => `at://${alice.did}/${post}/${alice.rkey(n)}`
  for (const n of [1, 2, 3]) {
    await put(
      alice,
      'feed.post',
      {text: 'q', embed: {$type: 'app.bsky.embed.record', record: ref(at((n % 3) + 1))}},
      alice.rkey(n),
    )
  }
  await put(
    alice,
    'feed.post',
    {text: 'own', embed: {$type: 'app.bsky.embed.record', record: ref(at(4))}},
    alice.rkey(4),
  )
  const {posts} = await as().query(getPosts, {uris: [1, 2, 3, 4].map(at)})
  assert.equal(posts.length, 4)
  assert.ok(JSON.stringify(posts).length < 20_000)
})
