/** The posts of a feed service as a view, and what it keeps and drops. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {silentLog} from '#std/log.ts'
import {viewContract} from '#stream/view.contract.ts'
import {FeedTown, startMs} from '../../../../test/feed-town.ts'
import {Lists} from '../graph/lists.ts'
import {PostView} from '../index/post-view.ts'
import {packDid, tidEnd, unpackDid} from './packed.ts'
import {SqlitePostStore} from './post-store.sqlite.ts'
import {feedsMigrations} from './schema.ts'

viewContract('the posts of a feed service', () => {
  const sql = openSql('memory:', {migrations: feedsMigrations})
  const world = {now: () => Date.parse('2026-01-01T00:00:10Z'), sleep: async () => {}}
  const lists = new Lists({records: {list: async () => [], get: async () => ({})}, world, log: silentLog})
  const texts = new Map<string, string>()
  const set = {
    feeds: new Map(),
    match({uri, record: {text}}: {uri: AtUri; record: {text: string}}) {
      texts.set(uri, text)
      return []
    },
  }
  const open = () => new PostView({store: new SqlitePostStore(sql), sets: [set], lists, world, keptMs: 48 * 3_600_000})
  return {
    store: open(),
    reopened: open,
    async posts() {
      const rows = await new SqlitePostStore(sql).newest({of: 'everybody'}, {}, undefined, 100)
      return new Map(rows.map(({uri, author}) => [`${author}/${uri.split('/')[4]}`, texts.get(uri) ?? '']))
    },
    [Symbol.asyncDispose]: () => sql.close(),
  }
})

const counts = async ({store}: FeedTown) =>
  (await store.newest({of: 'everybody'}, {}, undefined, 10)).map(({likes, reposts, replies}) => [
    likes,
    reposts,
    replies,
  ])

suite('the posts of a feed service', () => {
  test('are counted what is done with them, once for each account, until it is taken back', async context => {
    const town = new FeedTown(context)
    const uri = await town.post('alice', 'one', {likes: 2})
    const [like] = [await town.like('bob', uri), await town.like('bob', uri)]
    const subject = {subject: {uri, cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'}}
    const repost = await town.put('bob', 'app.bsky.feed.repost', subject)
    deepEqual(await counts(town), [[3, 1, 0]])
    const reply = await town.post('bob', 'reply', {replyTo: uri, hoursAgo: 1})
    deepEqual(await counts(town), [
      [3, 1, 1],
      [0, 0, 0],
    ])
    for (const one of [like, repost, reply]) await town.remove(one)
    deepEqual(await counts(town), [[2, 0, 0]])
  })

  test('of an account that is put to sleep are not shown, and come back; of one that goes they are gone', async context => {
    const town = new FeedTown(context)
    await town.post('alice', 'one')
    await town.post('bob', 'two', {hoursAgo: 1})
    const account = (active: boolean, status?: string) =>
      town.apply({t: '#account', seq: 0, did: town.did('alice'), time: '' as never, active, ...(status && {status})})
    await account(false, 'deactivated')
    equal((await counts(town)).length, 1)
    await account(true)
    equal((await counts(town)).length, 2)
    await account(false, 'deleted')
    await account(true)
    equal((await counts(town)).length, 1)
  })

  test('are dropped once they are too old, with all that is about them', async context => {
    const town = new FeedTown(context)
    town.offer({name: 'all', title: 'All', takes: () => true, skeleton: r => r.posts.newest({from: 'taken'}, r)})
    const old = await town.post('alice', 'old', {hoursAgo: 47, likes: 3})
    await town.post('bob', 'new', {likes: 1})
    await town.post('bob', 'too old to be kept at all', {hoursAgo: 49})
    equal(town.view.skipped.get('too-old'), 1)
    town.nowMs += 2 * 3_600_000
    const drop = async () => {
      for (let more = true; more;) more = await town.store.dropOld(town.nowMs - 48 * 3_600_000, 0)
    }
    await drop()
    deepEqual(await town.shows('all'), ['new'])
    const rows = (table: string) => town.sql.read(tx => tx.get<{n: number}>(`SELECT count(*) AS n FROM ${table}`)!.n)
    // Bob, and whoever likes his post; Alice is gone.
    deepEqual(['post', 'taken', 'liked', 'account'].map(rows), [1, 1, 1, 2])
    // What is told of a post that is gone is of nothing, and her number was not given to another.
    await town.like('carol', old)
    await town.post('alice', 'again')
    deepEqual((await town.shows('all')).toSorted(), ['again', 'new'])
  })

  test('that were changed are asked for anew, and stay where they were', async context => {
    const town = new FeedTown(context)
    town.offer({
      name: 'cats',
      title: 'Cats',
      takes: ({record}) => record.text.includes('cat'),
      skeleton: request => request.posts.newest({from: 'taken'}, request),
    })
    const uri = await town.post('alice', 'a dog', {hoursAgo: 2})
    await town.post('alice', 'a cat', {hoursAgo: 1})
    const write = (text: string) => {
      const record = {$type: 'app.bsky.feed.post', text, createdAt: new Date(town.nowMs).toISOString()}
      return town.apply(town.of('alice').commit({[uri.split('/').slice(3).join('/')]: record}))
    }
    await write('a catfish')
    deepEqual(await town.shows('cats'), ['a cat', 'a dog'])
    await write('a fish')
    deepEqual(await town.shows('cats'), ['a cat'])
  })

  test('what is kept for a viewer goes with it', async context => {
    const town = new FeedTown(context)
    town.followed('alice', ['bob', 'carol'], ['bob'])
    town.offer({
      name: 'friends',
      title: 'Friends',
      isPersonal: true,
      skeleton: request => request.posts.newest({from: 'mutuals'}, request),
    })
    await town.shows('friends', 'alice')
    deepEqual(await town.store.follows(town.did('alice')), [town.did('bob'), town.did('carol')])
    await town.store.dropOld(0, startMs + 1)
    equal(
      town.sql.read(tx => tx.get<{n: number}>('SELECT count(*) AS n FROM follow')!.n),
      0,
    )
  })
})

test('DIDs are packed and unpacked', () => {
  const dids = ['did:plc:ewvi7nxzyoun6zhxrhs64oiz', 'did:web:a.bcdef', 'did:web:localhost%3A2583', 'did:plc:not-a-plc']
  for (const did of [...dids, 'did:plc:mruwioqaaaaaaaaaaaaaaaaa']) equal(unpackDid(packDid(did)), did)
  equal(packDid(dids[0] as Did).length, 15)
})

test('the ends of two record keys of 48 hours differ, and fit six bytes', () => {
  const ends = ['3l4ccccccc222', '3l4ccccccc223', '3l4cccccczzzz', '3kzzzzzzzzzzz'].map(key => tidEnd(key)!)
  equal(new Set(ends).size, 4)
  for (const end of ends) equal(Math.abs(end) <= 2 ** 47, true)
  equal(tidEnd('self'), undefined)
  equal(tidEnd('3l4ccccccc22!'), undefined)
})
