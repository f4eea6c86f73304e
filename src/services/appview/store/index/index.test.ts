/** What the index makes of records: rows, counts and notifications, whatever the order, and however often. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openSql} from '#engines/open.ts'
import {Author} from '../../../../../test/index-events.ts'
import {runSeed, seeded} from '../../../../../test/random.ts'
import {appviewMigrations} from '../schema.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {SqliteIndexStore} from './index-store.sqlite.ts'
import type {HandleDue} from './index-store.ts'
import {keptCounts, recount} from './recount.ts'

const nowMs = Date.parse('2026-06-01T00:00:00Z')
const createdAt = '2026-01-01T00:00:00.000Z'
const relay = 'https://relay.example.com'
const didsOf = (due: readonly HandleDue[]): Did[] => due.map(({did}) => did)
const [post, like, repost, follow, threadgate, postgate, list, listitem] = [
  'feed.post',
  'feed.like',
  'feed.repost',
  'graph.follow',
  'feed.threadgate',
  'feed.postgate',
  'graph.list',
  'graph.listitem',
].map(name => `app.bsky.${name}`)
const anyCid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const ref = (uri: string) => ({uri, cid: anyCid})

const record = {
  post: (more: Record<string, Value> = {}) => ({$type: post, text: 'hello', createdAt, ...more}),
  reply: (root: string, parent = root) => record.post({reply: {root: ref(root), parent: ref(parent)}}),
  quote: (uri: string) => record.post({embed: {$type: 'app.bsky.embed.record', record: ref(uri)}}),
  mention: (did: string) =>
    record.post({
      facets: [{index: {byteStart: 0, byteEnd: 5}, features: [{$type: 'app.bsky.richtext.facet#mention', did}]}],
    }),
  like: (uri: string, via?: string) => ({$type: like, subject: ref(uri), createdAt, ...(via ? {via: ref(via)} : {})}),
  repost: (uri: string) => ({$type: repost, subject: ref(uri), createdAt}),
  follow: (subject: string) => ({$type: follow, subject, createdAt}),
  gate: (uri: string, allow?: string[], hiddenReplies: string[] = []) => ({
    $type: threadgate,
    post: uri,
    createdAt,
    hiddenReplies,
    ...(allow ? {allow: allow.map(rule => ({$type: `${threadgate}#${rule}`}))} : {}),
  }),
}

function setUp() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, {now: () => nowMs})
  let seq = 0
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => new Author(`did:web:${name}.test`))
  return {
    sql,
    store,
    alice,
    bob,
    carol,
    apply: (...events: StreamEvent[]) =>
      store.apply(
        relay,
        events.map(event => (event.t === '#info' ? event : {...event, seq: ++seq})),
      ),
    counts: () => Object.fromEntries(sql.read(keptCounts)),
    notifications: () =>
      sql
        .read(tx =>
          tx.all<{who: string; reason: string; by: string}>(
            `SELECT t.did AS who, n.reason, b.did AS by FROM notification n JOIN actor t ON t.id = n.recipient
             JOIN actor b ON b.id = n.actor ORDER BY n.record, who`,
          ),
        )
        .map(({who, reason, by}) => `${who.slice(8, -5)} ${reason} ${by.slice(8, -5)}`),
    [Symbol.asyncDispose]: () => sql.close(),
  }
}

const indexTest = (name: string, run: (setup: ReturnType<typeof setUp>) => Promise<void>) =>
  test(name, async () => {
    await using setup = setUp()
    await run(setup)
  })

indexTest(
  'a like counts and is told, before and after its post is seen',
  async ({apply, alice, bob, counts, notifications}) => {
    const uri = alice.uri(post, 1)
    await apply(bob.commit({[`${like}/${bob.rkey(1)}`]: record.like(uri)}))
    await apply(alice.commit({[`${post}/${alice.rkey(1)}`]: record.post()}))
    assert.deepEqual(counts(), {[`likes ${uri}`]: 1, 'posts did:web:alice.test': 1})
    assert.deepEqual(notifications(), ['alice like bob'])
  },
)

indexTest(
  'of two likes the first counts, and when it goes the second has its place',
  async ({apply, alice, bob, counts, notifications}) => {
    const uri = alice.uri(post, 1)
    const [first, second] = [1, 2].map(number => `${like}/${bob.rkey(number)}`)
    await apply(bob.commit({[first]: record.like(uri)}), bob.commit({[second]: record.like(uri)}))
    assert.deepEqual(counts(), {[`likes ${uri}`]: 1})
    await apply(bob.commit({[first]: null}))
    assert.deepEqual(counts(), {[`likes ${uri}`]: 1})
    assert.deepEqual(notifications(), ['alice like bob'])
    await apply(bob.commit({[second]: null}))
    assert.deepEqual(counts(), {})
    assert.deepEqual(notifications(), [])
  },
)

indexTest(
  'whose repost led to a like hears of it, and nobody hears of themselves',
  async ({apply, alice, bob, carol, notifications}) => {
    const uri = alice.uri(post, 1)
    await apply(
      bob.commit({[`${like}/${bob.rkey(1)}`]: record.like(uri, carol.uri(repost, 1))}),
      alice.commit({[`${like}/${alice.rkey(1)}`]: record.like(uri)}),
    )
    assert.deepEqual(notifications(), ['alice like bob', 'carol like-via-repost bob'])
  },
)

indexTest(
  'a post is told once to each: as mention, else quote, else reply',
  async ({apply, alice, bob, carol, notifications}) => {
    const uri = alice.uri(post, 1)
    const reply = {root: ref(uri), parent: ref(uri)}
    await apply(
      alice.commit({[`${post}/${alice.rkey(1)}`]: record.post()}),
      bob.commit({[`${post}/${bob.rkey(1)}`]: {...record.mention(alice.did), reply}}),
      carol.commit({[`${post}/${carol.rkey(1)}`]: {...record.quote(uri), reply}}),
    )
    assert.deepEqual(notifications(), ['alice mention bob', 'alice quote carol'])
  },
)

test('four authors above a reply hear of it, also when the posts between come late', async () => {
  const authors = 'abcdefg'.split('').map(name => new Author(`did:web:${name}.test`))
  const uris = authors.map(author => author.uri(post, 1))
  const chain = authors.map((author, at) =>
    author.commit({[`${post}/${author.rkey(1)}`]: at === 0 ? record.post() : record.reply(uris[0], uris[at - 1])}),
  )
  for (const order of [chain, chain.toReversed(), [0, 6, 5, 1, 4, 3, 2].map(at => chain[at])]) {
    await using setup = setUp()
    const {apply, notifications} = setup
    await apply(...order)
    const ofLast = notifications().filter(notification => notification.endsWith(' g'))
    assert.deepEqual(ofLast.toSorted(), ['c reply g', 'd reply g', 'e reply g', 'f reply g'])
    assert.equal(notifications().length, 1 + 2 + 3 + 4 + 4 + 4)
  }
})

indexTest(
  'a gate holds whenever it comes, and no longer than it stands',
  async ({apply, alice, bob, carol, counts}) => {
    const uri = alice.uri(post, 1)
    const gate = (...allow: string[]) => alice.commit({[`${threadgate}/${alice.rkey(1)}`]: record.gate(uri, allow)})
    const replies = () => counts()[`replies ${uri}`]
    await apply(
      bob.commit({[`${post}/${bob.rkey(1)}`]: record.reply(uri)}),
      carol.commit({[`${post}/${carol.rkey(1)}`]: record.reply(uri)}),
      alice.commit({[`${post}/${alice.rkey(2)}`]: record.reply(uri)}),
    )
    assert.equal(replies(), 3)
    await apply(gate())
    assert.equal(replies(), 1, 'the owner may always answer')
    await apply(gate('mentionRule'), alice.commit({[`${post}/${alice.rkey(1)}`]: record.mention(bob.did)}))
    assert.equal(replies(), 2, 'whom the post mentions may answer')
    await apply(alice.commit({[`${post}/${alice.rkey(1)}`]: null}))
    assert.equal(replies(), 1, 'a post that is gone mentions nobody')
    await apply(alice.commit({[`${post}/${alice.rkey(1)}`]: record.mention(bob.did)}))
    assert.equal(replies(), 2, 'and does once it is back')
    await apply(alice.commit({[`${follow}/${alice.rkey(1)}`]: record.follow(carol.did)}), gate('followingRule'))
    assert.equal(replies(), 2, 'whom the owner follows may answer')
    await apply(bob.commit({[`${follow}/${bob.rkey(1)}`]: record.follow(alice.did)}), gate('followerRule'))
    assert.equal(replies(), 2, 'who follows the owner may answer')
    const onList = {$type: listitem, list: alice.uri(list, 1), subject: carol.did, createdAt}
    const rules = [{$type: `${threadgate}#listRule`, list: alice.uri(list, 1)}]
    await apply(
      alice.commit({[`${listitem}/${alice.rkey(1)}`]: onList}),
      alice.commit({[`${threadgate}/${alice.rkey(1)}`]: {...record.gate(uri), allow: rules}}),
    )
    assert.equal(replies(), 2, 'who is on the list may answer')
    await apply(alice.commit({[`${threadgate}/${alice.rkey(1)}`]: null}))
    assert.equal(replies(), 3)
  },
)

indexTest(
  'replies against a gate and below what is hidden are not told; nor are quotes that are forbidden',
  async ({apply, alice, bob, carol, notifications}) => {
    const [open, closed] = [alice.uri(post, 1), alice.uri(post, 2)]
    await apply(
      alice.commit({
        [`${post}/${alice.rkey(1)}`]: record.post(),
        [`${post}/${alice.rkey(2)}`]: record.post(),
        [`${threadgate}/${alice.rkey(1)}`]: record.gate(open, undefined, [bob.uri(post, 1)]),
        [`${threadgate}/${alice.rkey(2)}`]: record.gate(closed, []),
        [`${postgate}/${alice.rkey(1)}`]: {
          $type: postgate,
          post: open,
          createdAt,
          embeddingRules: [{$type: `${postgate}#disableRule`}],
        },
      }),
      bob.commit({[`${post}/${bob.rkey(1)}`]: record.reply(open), [`${post}/${bob.rkey(2)}`]: record.reply(closed)}),
      carol.commit({
        [`${post}/${carol.rkey(1)}`]: record.reply(open, bob.uri(post, 1)),
        [`${post}/${carol.rkey(2)}`]: record.quote(open),
      }),
    )
    assert.deepEqual(notifications(), ['bob reply carol'])
  },
)

indexTest(
  'a gate, a list item and an engagement that are not theirs to make mean nothing',
  async ({sql, apply, alice, bob, notifications}) => {
    const uri = alice.uri(post, 1)
    await apply(
      alice.commit({[`${post}/${alice.rkey(1)}`]: record.post()}),
      bob.commit({
        [`${threadgate}/${bob.rkey(1)}`]: record.gate(uri, []),
        [`${listitem}/${bob.rkey(1)}`]: {$type: listitem, list: alice.uri(list, 1), subject: bob.did, createdAt},
        [`${like}/${bob.rkey(1)}`]: record.like(`at://alice.test/${post}/${alice.rkey(1)}`),
      }),
    )
    for (const table of ['threadgate', 'list_item', 'like']) {
      assert.deepEqual(
        sql.read(tx => tx.all(`SELECT * FROM ${table}`)),
        [],
        table,
      )
    }
    assert.deepEqual(notifications(), [])
  },
)

indexTest(
  'records that are no good are counted and skipped, and end the version before',
  async ({apply, store, alice, counts}) => {
    const path = `${post}/${alice.rkey(1)}`
    await apply(
      alice.commit({[path]: record.post()}),
      alice.commit({
        [path]: {$type: post, text: 5},
        'app.bsky.actor.profile/other': {$type: 'app.bsky.actor.profile'},
        'com.example.thing/a': {a: 1},
      }),
      alice.commit({[`${post}/${alice.rkey(2)}`]: 'no map'}),
      {...alice.commit({[`${post}/${alice.rkey(3)}`]: record.post()}), carried: new BlockMap()},
    )
    assert.deepEqual(Object.fromEntries(store.skipped), {
      invalid: 1,
      'bad-record-key': 1,
      'no-record': 1,
      'missing-block': 1,
    })
    assert.deepEqual(counts(), {})
  },
)

const image = (size: number, mimeType: string) => ({
  alt: '',
  image: {$type: 'blob', ref: cidOf(codecs.raw, new Uint8Array(1)), mimeType, size},
})

indexTest(
  'what official readers show is indexed, counted and in its place, though it could not be written today',
  async setup => {
    const {apply, store, alice, bob, counts, notifications, sql} = setup
    const images = [image(50_000_000, 'image/png'), image(10, 'application/octet-stream')]
    const old: Record<string, Value>[] = [
      {createdAt: '2025-03-01T12:00:00'},
      {createdAt: '2025-03-01T12:00:00.5+0000'},
      {createdAt: '2025-03-01 12:00:00-01'},
      {langs: ['JA', 'ENGLISH', 'en-us']},
      {embed: {$type: 'app.bsky.embed.images', images}},
    ]
    const uri = alice.uri(post, 1)
    await apply(
      alice.commit({[`${post}/${alice.rkey(1)}`]: record.post()}),
      ...old.map((more, at) => bob.commit({[`${post}/${bob.rkey(at)}`]: {...record.reply(uri), ...more}})),
      bob.commit({[`${post}/any-key.at_all`]: record.reply(uri)}),
      bob.commit({[`${like}/also:this`]: {...record.like(uri), createdAt: '2025-03-01T12:00:00+0000'}}),
    )
    assert.deepEqual(Object.fromEntries(store.skipped), {})
    assert.deepEqual(counts(), {
      'posts did:web:alice.test': 1,
      'posts did:web:bob.test': 6,
      [`replies ${uri}`]: 6,
      [`likes ${uri}`]: 1,
    })
    assert.deepEqual(notifications(), [...Array<string>(6).fill('alice reply bob'), 'alice like bob'])
    const times = sql.read(tx =>
      tx.arrays<[number]>('SELECT sortMs FROM post WHERE parent IS NOT NULL ORDER BY record LIMIT 3'),
    )
    const noon = Date.parse('2025-03-01T12:00:00Z')
    assert.deepEqual(times.flat(), [noon, noon + 500, noon + 3_600_000])
  },
)

indexTest('NUL and other control characters survive', async ({sql, apply, alice}) => {
  const displayName = 'a\0b\u0007\u202e'
  await apply(alice.commit({'app.bsky.actor.profile/self': {$type: 'app.bsky.actor.profile', displayName}}))
  assert.equal(
    sql.read(tx => tx.get<{displayName: string}>('SELECT displayName FROM profile'))?.displayName,
    displayName,
  )
})

indexTest(
  'a deleted account leaves nothing, and what others said of it stands',
  async ({sql, apply, store, alice, bob, counts, notifications}) => {
    const many = Object.fromEntries(
      Array.from({length: 1500}, (_, at) => [`${like}/${bob.rkey(at)}`, record.like(alice.uri(post, at))]),
    )
    const account = (active: boolean, status?: string) =>
      ({t: '#account', seq: 0, did: bob.did, time: datetimeOf(nowMs), active, ...(status ? {status} : {})}) as const
    await apply(
      bob.commit(many),
      alice.commit({[`${follow}/${alice.rkey(1)}`]: record.follow(bob.did)}),
      account(false, 'deleted'),
      bob.commit({[`${like}/${bob.rkey(9000)}`]: record.like(alice.uri(post, 1))}),
    )
    assert.deepEqual(counts(), {'follows did:web:alice.test': 1, 'followers did:web:bob.test': 1})
    assert.deepEqual(notifications(), [])
    assert.deepEqual(Object.fromEntries(store.skipped), {'account-deleted': 1})
    await apply(account(true), bob.commit({[`${like}/${bob.rkey(9001)}`]: record.like(alice.uri(post, 1))}))
    assert.equal(counts()[`likes ${alice.uri(post, 1)}`], 1)
    await apply(account(false, 'deactivated'))
    const status = sql.read(tx => tx.get<{status: string}>('SELECT status FROM actor WHERE did = ?', bob.did))
    assert.deepEqual({...status}, {status: 'deactivated'})
  },
)

indexTest('a handle that has become due while it was looked up stays due', async ({store, apply, alice}) => {
  const identity = (seq: number, atMs: number): StreamEvent => ({
    t: '#identity',
    seq,
    did: alice.did,
    time: datetimeOf(atMs),
  })
  await apply(identity(0, nowMs - 2))
  const [{dueMs}] = await store.handlesDue(10)
  await apply(identity(1, nowMs - 1))
  await store.setHandle(alice.did, 'old.test' as Handle, nowMs + 1, dueMs)
  const due = await store.handlesDue(10)
  assert.deepEqual(
    due.map(one => one.did),
    [alice.did],
  )
  await store.setHandle(alice.did, 'new.test' as Handle, nowMs + 1, due[0].dueMs)
  assert.deepEqual(await store.handlesDue(10), [])
})

indexTest('the newest confirmation of a handle wins', async ({sql, store, apply, alice, bob}) => {
  const handle = 'name.test' as Handle
  await apply({t: '#identity', seq: 0, did: alice.did, time: datetimeOf(nowMs)})
  assert.deepEqual(didsOf(await store.handlesDue(10)), [alice.did])
  await store.setHandle(alice.did, handle, nowMs + 1)
  assert.deepEqual(await store.handlesDue(10), [])
  await store.setHandle(bob.did, handle, nowMs + 1)
  const rows = sql.read(tx => tx.arrays<[string, string | null]>('SELECT did, handle FROM actor ORDER BY did'))
  assert.deepEqual(rows, [
    [alice.did, null],
    [bob.did, handle],
  ])
  assert.deepEqual(didsOf(await store.handlesDue(10)), [alice.did])
})

indexTest('a repository of which something was missed is due', async ({sql, apply, alice, bob, carol}) => {
  bob.commit({})
  const {seq, did, time, rev} = alice.commit({})
  const first = carol.commit({})
  await apply(
    // The tree is another one than was told before: in place of the commit comes a `#sync`.
    {t: '#sync', seq, did, time, rev},
    bob.commit({}),
    first,
    {t: '#sync', seq: first.seq, did: first.did, time: first.time, rev: first.rev},
    carol.commit({}),
  )
  const due = sql
    .read(tx => tx.all<{did: Did}>('SELECT did FROM actor WHERE repoDueMs IS NOT NULL'))
    .map(({did}) => did)
  assert.deepEqual(due.toSorted(), [alice.did, bob.did])
})

/** Random commits of several accounts, many about the same things, with second likes, edits and deletions. */
function randomHistory(random: (below: number) => number): StreamEvent[][] {
  const authors = Array.from({length: 4}, (_, at) => new Author(`did:web:n${at}.test`))
  const any = <T>(of: readonly T[]): T => of[random(of.length)]
  const anyPost = () => any(authors).uri(post, random(5))
  const kinds: [collection: string, numbers: number, make: (author: Author, number: number) => Value][] = [
    [post, 5, () => any([record.post(), record.reply(anyPost(), anyPost()), record.quote(anyPost())])],
    [post, 5, () => record.mention(any(authors).did)],
    [like, 6, () => record.like(anyPost(), any(authors).uri(repost, 1))],
    [repost, 6, () => record.repost(anyPost())],
    [follow, 6, () => record.follow(any(authors).did)],
    [threadgate, 5, (author, number) => record.gate(author.uri(post, number), any([[], ['mentionRule'], undefined]))],
    [list, 3, () => ({$type: list, purpose: 'app.bsky.graph.defs#modlist', name: 'a', createdAt})],
    [listitem, 4, author => ({$type: listitem, list: author.uri(list, 1), subject: any(authors).did, createdAt})],
    [post, 5, () => ({$type: post, text: 1})],
  ]
  return authors.map(author =>
    Array.from({length: 40}, () => {
      const writes = Array.from({length: 1 + random(3)}, () => {
        const [collection, numbers, make] = any(kinds)
        const number = random(numbers)
        return [`${collection}/${author.rkey(number)}`, random(4) === 0 ? null : make(author, number)] as const
      })
      return author.commit(Object.fromEntries(writes))
    }),
  )
}

/** Everything that follows from records, by URI and not by number; without what depends on who came first. */
const derivedSql = (table: string, column: string) =>
  `SELECT a.did, c.nsid, r.rkey, t.${column} IS NULL AS none, coalesce(s.rkey, '') AS about FROM ${table} t
   JOIN record r ON r.id = t.record JOIN actor a ON a.id = r.actor JOIN collection c ON c.id = r.collection
   LEFT JOIN record s ON s.id = t.${column} ORDER BY 1, 2, 3`

test('kept counts equal a recount, in any order of accounts, and again after a replay', async () => {
  const seed = runSeed
  const chance = seeded(seed)
  const random = (below: number): number => Math.floor(chance() * below)
  const history = randomHistory(random)
  const outcomes: string[] = []
  for (let run = 0; run < 3; run++) {
    await using setup = setUp()
    const {sql, store} = setup
    const rest = history.map(events => [...events])
    const order: StreamEvent[] = []
    while (rest.some(events => events.length > 0)) {
      const next = rest[random(rest.length)].shift()
      if (next) order.push({...next, seq: order.length + 1} as StreamEvent)
    }
    const outcome = () =>
      JSON.stringify([
        [...sql.read(keptCounts)].toSorted(),
        sql.read(tx => tx.arrays(derivedSql('post', 'parent'))),
        sql.read(tx => tx.arrays(derivedSql('like', 'subject'))),
        sql.read(tx => tx.arrays(derivedSql('repost', 'subject'))),
        sql.read(tx => tx.arrays(derivedSql('feed_item', 'post'))),
        sql.read(tx => tx.arrays('SELECT violatesGate, count(*) FROM post GROUP BY 1')),
      ])
    for (let at = 0; at < order.length;) {
      const batch = order.slice(at, at + 1 + random(20))
      await store.apply(relay, batch)
      // Now and then the relay begins again from an earlier cursor.
      if (random(4) === 0) await store.apply(relay, order.slice(random(at + 1), at + batch.length))
      at += batch.length
      assert.deepEqual(sql.read(keptCounts), sql.read(recount), `SEED=${seed} run ${run} at ${at}`)
    }
    const strays = sql.read(tx =>
      tx.all(
        `SELECT n.record FROM notification n LEFT JOIN record r ON r.id = n.record
         WHERE r.cid IS NULL OR n.recipient = n.actor`,
      ),
    )
    assert.deepEqual(strays, [], `SEED=${seed}: notifications of what is not there`)
    assert.equal(await store.cursor(relay), order.length)
    const before = JSON.stringify(sql.read(tx => tx.arrays('SELECT * FROM notification')))
    outcomes.push(outcome())
    await store.apply(relay, order)
    assert.equal(outcome(), outcomes[run], `SEED=${seed}: a replay of everything`)
    assert.equal(JSON.stringify(sql.read(tx => tx.arrays('SELECT * FROM notification'))), before, `SEED=${seed}`)
  }
  assert.equal(outcomes[1], outcomes[0], `SEED=${seed}: another order`)
  assert.equal(outcomes[2], outcomes[0], `SEED=${seed}: another order`)
})
