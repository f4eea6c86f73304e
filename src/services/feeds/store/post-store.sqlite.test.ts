/** The posts of a feed service as a view, and what it keeps and drops. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {parseCid} from '#atp/data/cid.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {silentLog} from '#std/log.ts'
import {viewContract} from '#stream/view.contract.ts'
import {FeedTown, startMs} from '../../../../test/feed-town.ts'
import {Lists} from '../graph/lists.ts'
import type {Change} from '../index/changes.ts'
import {PostView} from '../index/post-view.ts'
import {Accounts} from './accounts.ts'
import {packDid, tidEnd, unpackDid} from './packed.ts'
import {PostReads} from './post-reads.ts'
import {SqlitePostStore} from './post-store.sqlite.ts'
import {PostWrites} from './post-writes.ts'
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
  const open = () =>
    new PostView({store: new SqlitePostStore(sql), sets: [set], graph: [lists], world, keptMs: 48 * 3_600_000})
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

/** Runs `act` with a reader that counts the statements. */
const counting = (tx: SqlReader & Partial<SqlWriter>, act: (tx: SqlWriter) => void): number => {
  let count = 0
  const counted =
    <Asked extends unknown[], Answer>(ask: (...asked: Asked) => Answer) =>
    (...asked: Asked): Answer => (count++, ask(...asked))
  const [get, all, arrays, run] = [tx.get, tx.all, tx.arrays, tx.run!].map(ask => counted(ask?.bind(tx) as () => void))
  act({get, all, arrays, run} as never)
  return count
}

const rows = ({sql}: FeedTown, table: string) =>
  sql.read(tx => tx.get<{n: number}>(`SELECT count(*) AS n FROM ${table}`)!.n)

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
    const left = ['post', 'taken', 'liked', 'account'].map(table => rows(town, table))
    // Bob, and whoever likes his post; Alice is gone.
    deepEqual(left, [1, 1, 1, 2])
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
    equal(rows(town, 'follow'), 0)
  })

  test('that come twice cost no more the more feeds there are, and feeds that have none are forgotten', async context => {
    const town = new FeedTown(context)
    const cid = parseCid('bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm')
    const post = {kind: 'post', did: town.did('alice'), rkey: 'a', cid, timeMs: 1, parent: undefined} as const
    const take = (takenBy: string[], rkey: string): Change => ({...post, rkey, isMarked: false, takenBy})
    const keys = Array.from({length: 50}, (_, n) => `feed${n}`)
    await town.store.apply('relay', [take(keys, 'b'), take(['feed1', 'feed2'], 'a')], 1)
    let count = 0
    await town.sql.write(tx => {
      count = counting(tx, counted => {
        new PostWrites(counted, new Accounts(), new Map()).applyAll([take(['feed2', 'feed3'], 'a')])
      })
    })
    ok(count < 12, `${count} statements`)
    const shown = async (key: string) => (await town.store.newest({of: 'taken', key}, {}, undefined, 9)).length
    deepEqual(await Promise.all(['feed1', 'feed2', 'feed3', 'feed4'].map(shown)), [1, 2, 2, 1])
    await town.store.dropOld(2, 0)
    equal(rows(town, 'feed'), 0)
    await town.store.apply('relay', [{...take(['feed2'], 'c'), timeMs: 3} as Change], 2)
    equal(await shown('feed2'), 1)
  })

  test('of many accounts are one statement, of 2,000 accounts at most', async context => {
    const town = new FeedTown(context)
    const names = Array.from({length: 2_001}, (_, n) => `n${n}`)
    town.followed('alice', names)
    town.offer({
      name: 'friends',
      title: 'Friends',
      isPersonal: true,
      skeleton: request => request.posts.newest({from: 'follows'}, request),
    })
    await town.shows('friends', 'alice')
    for (const name of [names[0], names[1999], names[2000]]) await town.post(name, name)
    deepEqual((await town.shows('friends', 'alice')).toSorted(), ['n0', 'n1999'])
    const dids = names.map(name => `did:web:${name}.test` as Did)
    const found = await town.store.newest({of: 'authors', dids: [dids[1], ...dids]}, {}, undefined, 9)
    deepEqual(
      found.map(({author}) => author),
      [dids[0]],
    )
    const statements = town.sql.read(tx =>
      counting(tx, counted => {
        const reads = new PostReads(counted, new Accounts())
        reads.newest({of: 'authors', dids: dids.slice(0, 50)}, {}, undefined, 9)
      }),
    )
    ok(statements <= 2, `${statements} statements`)
  })

  test('of whom a viewer follows by the stream no more are kept than its server is asked for', async context => {
    const town = new FeedTown(context)
    await town.store.see(town.did('alice'), 1)
    const follow = (n: number): Change => {
      return {
        kind: 'follow',
        did: town.did('alice'),
        rkey: town.of('alice').rkey(n),
        subject: `did:web:n${n}.test` as Did,
      }
    }
    await town.store.apply(
      'relay',
      Array.from({length: 2_003}, (_, n) => follow(n)),
      1,
    )
    equal(rows(town, 'follow'), 2_000)
  })

  test('are not kept of an account that is hidden and of which nothing is known, nor anything else', async context => {
    const town = new FeedTown(context)
    await town.post('bob', 'old')
    const hide = (name: string): Change => ({kind: 'account', did: town.did(name), state: 'hidden'})
    await town.store.apply('relay', [hide('alice'), hide('bob')], 1)
    deepEqual([rows(town, 'account'), rows(town, 'hidden')], [1, 1])
    for (let more = true; more;) more = await town.store.dropOld(town.nowMs + 1, 0)
    deepEqual([rows(town, 'account'), rows(town, 'hidden')], [0, 0])
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
