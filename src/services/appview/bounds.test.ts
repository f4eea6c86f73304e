/** What strangers can make much of costs a bounded answer and bounded time: heavy records, long lists, many follows. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {openSql} from '#engines/open.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import {getLists} from '#lex/gen/app/bsky/graph/getLists.ts'
import {listNotifications} from '#lex/gen/app/bsky/notification/listNotifications.ts'
import {getPostThreadV2} from '#lex/gen/app/bsky/unspecced/getPostThreadV2.ts'
import {openIndex} from '../../../test/appview-index.ts'
import {Ranking} from './store/search/ranking.ts'

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const ref = (uri: string) => ({uri, cid})
/** No more than clients take of an answer. */
const answerMax = 10_000_000
const heavy = (size: number): Value => ({'com.example.more': 'x'.repeat(size)})

type Index = Awaited<ReturnType<typeof openIndex>>
const boundTest = (name: string, run: (index: Index) => Promise<void>) =>
  test(name, {timeout: 20_000}, async () => {
    await using index = await openIndex()
    await run(index)
  })

boundTest('records of a megabyte share some room in an answer, and push out no ordinary one', async index => {
  const {
    people: [alice, bob],
    put,
    as,
  } = index
  const root = await put(bob, 'feed.post', {text: 'root', more: heavy(900_000)})
  const quotes: string[] = []
  for (let n = 0; n < 30; n++) {
    const text = n % 2 ? 'ordinary' : 'heavy'
    const more = n % 2 ? null : heavy(300_000)
    const embed = {$type: 'app.bsky.embed.record', record: ref(root)}
    quotes.push(await put(alice, 'feed.post', {text, more, embed, reply: {root: ref(root), parent: ref(root)}}))
  }
  const sizes: Record<string, number> = {}
  const {posts} = await as().query(getPosts, {uris: quotes.slice(0, 25)})
  sizes.posts = JSON.stringify(posts).length
  assert.equal(posts.filter(({record}) => record.text === 'ordinary').length, 12)
  assert.ok(posts.some(({record}) => record.text === 'heavy'))
  const {feed} = await as(alice).query(getTimeline, {limit: 100})
  sizes.feed = JSON.stringify(feed).length
  assert.equal(feed.filter(({post}) => post.record.text === 'ordinary').length, 15)
  const {thread} = await as().query(getPostThreadV2, {anchor: root, below: 20})
  sizes.thread = JSON.stringify(thread).length
  assert.equal(thread.length - 1 >= 15, true)
  const {notifications} = await as(bob).query(listNotifications, {limit: 100})
  sizes.notifications = JSON.stringify(notifications).length
  for (const [what, size] of Object.entries(sizes)) assert.ok(size < answerMax, `${what}: ${size} bytes`)
})

boundTest('no heavy post pushes out the gate that keeps it away', async ({people: [alice, bob], put, as}) => {
  const root = await put(bob, 'feed.post', {text: 'root'})
  const replies: string[] = []
  for (let n = 0; n < 6; n++) {
    replies.push(
      await put(alice, 'feed.post', {text: 'r', more: heavy(600_000), reply: {root: ref(root), parent: ref(root)}}),
    )
  }
  const gate = {post: root, hiddenReplies: replies, more: heavy(10_000)}
  await put(bob, 'feed.threadgate', gate, root.split('/').at(-1))
  const {thread} = await as().query(getPostThreadV2, {anchor: root})
  assert.deepEqual(
    thread.map(({uri}) => uri),
    [root],
  )
})

boundTest('of rare notifications a page is found among many others, in pieces', async index => {
  const {
    people: [alice, bob],
    put,
    as,
    sql,
  } = index
  const post = await put(alice, 'feed.post', {text: 'hello'})
  await put(bob, 'feed.repost', {subject: ref(post)})
  const like = await put(bob, 'feed.like', {subject: ref(post)})
  // Likes in plenty after the repost: the same one, told again and again.
  await sql.write(tx => {
    const [row] = tx.all<Record<string, number>>(
      `SELECT n.* FROM notification n JOIN record r ON r.id = n.record WHERE r.rkey = ?`,
      like.split('/').at(-1) ?? '',
    )
    for (let n = 1; n <= 2500; n++) {
      const sqlText =
        'INSERT INTO notification (record, recipient, actor, reason, subject, sortMs) VALUES (?, ?, ?, ?, ?, ?)'
      tx.run(sqlText, 1_000_000 + n, row.recipient, row.actor, 'like', row.subject, row.sortMs + n)
    }
  })
  const {notifications} = await as(alice).query(listNotifications, {reasons: ['repost'], limit: 10})
  assert.deepEqual(
    notifications.map(({reason}) => reason),
    ['repost'],
  )
})

boundTest('a list without end is counted to a bound', async ({people: [alice], put, as, sql}) => {
  const list = await put(alice, 'graph.list', {purpose: 'app.bsky.graph.defs#curatelist', name: 'many'})
  await sql.write(tx => {
    const id = tx.get<{record: number}>('SELECT record FROM list')?.record ?? 0
    tx.run(
      `INSERT INTO list_item (record, actor, sortMs, list, subject)
       WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 30000) SELECT 1000000 + n, 1, n, ?, n FROM n`,
      id,
    )
  })
  const {lists} = await as().query(getLists, {actor: alice.did})
  assert.deepEqual(
    lists.map(({uri, listItemCount}) => [uri, listItemCount]),
    [[list, 20_000]],
  )
})

test('the best of many are found a piece at a time, with room for others between, and kept', async () => {
  const sql = openSql('memory:', {
    migrations: [{name: 'scores', up: 'CREATE TABLE scores (id INTEGER PRIMARY KEY, score INTEGER)'}],
  })
  let nowMs = 0
  const ranking = new Ranking(sql, {now: () => nowMs}, 'SELECT id, id, score FROM scores WHERE id > ?1 ORDER BY id')
  const add = (from: number, count: number) =>
    sql.write(tx => {
      for (let id = from; id < from + count; id++) tx.run('INSERT INTO scores (id, score) VALUES (?, ?)', id, id % 1000)
    })
  await add(1, 10)
  assert.deepEqual((await ranking.ids()).slice(0, 3), [10, 9, 8])
  await add(11, 1)
  assert.deepEqual((await ranking.ids()).slice(0, 3), [11, 10, 9], 'a small table is looked at anew')
  await add(12, 4990)
  const [ids, same] = await Promise.all([ranking.ids(), ranking.ids()])
  assert.equal(ids, same)
  assert.equal(ids.length, 2000)
  assert.deepEqual(ids.slice(0, 5), [999, 1999, 2999, 3999, 4999])
  await sql.write(tx => {
    tx.run('UPDATE scores SET score = 5000 WHERE id = 7')
  })
  assert.equal(await ranking.ids(), ids, 'kept for a while')
  nowMs += 600_001
  assert.equal((await ranking.ids())[0], 7)
  await sql.close()
})
