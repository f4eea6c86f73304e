/** Who looks for something finds it: in any script, with any accents, and whatever is typed is no error. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openSql} from '#engines/open.ts'
import {Author} from '../../../../../test/index-events.ts'
import {runSeed, seeded} from '../../../../../test/random.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {SqliteIndexStore} from '../index/index-store.sqlite.ts'
import {appviewMigrations} from '../schema.ts'
import {parsePostQuery} from '../../search/post-query.ts'
import {Search} from './search.ts'
import {phraseOf, wordsOf} from '../../search/words.ts'

const relay = 'https://relay.example.com'
const nowMs = Date.parse('2026-06-01T00:00:00Z')

async function setUp() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, {now: () => nowMs})
  const [alice, bob] = ['alice', 'bob'].map(name => new Author(`did:web:${name}.test`))
  let seq = 0
  let count = 0
  const apply = (event: StreamEvent) => store.apply(relay, [{...event, seq: ++seq} as StreamEvent])
  const search = new Search(sql, {now: () => nowMs})
  const texts = (ids: readonly number[]): string[] =>
    sql.read(tx => {
      const rows = tx.arrays<[number, string]>('SELECT id, rkey FROM record')
      const rkeys = new Map(rows)
      return ids.map(id => posts.get(rkeys.get(id) ?? '') ?? '?')
    })
  const posts = new Map<string, string>()
  return {
    sql,
    store,
    alice,
    bob,
    apply,
    search,
    /** A post a minute; gives its record key. */
    async post(text: string, more: Record<string, Value> = {}, author = alice) {
      const rkey = author.rkey(++count)
      posts.set(rkey, text)
      const createdAt = new Date(nowMs - 86_400_000 + count * 60_000).toISOString()
      const record = {$type: 'app.bsky.feed.post', text, createdAt, ...more}
      await apply({
        ...author.commit({[`app.bsky.feed.post/${rkey}`]: record}),
        time: new Date(nowMs).toISOString() as never,
      })
      return rkey
    },
    async find(q: string, sort: 'latest' | 'top' = 'latest', limit = 10) {
      const query = {...parsePostQuery(q), authors: undefined}
      const found = await (sort === 'top' ? search.topPosts : search.latestPosts).call(search, query, {
        limit,
        cursor: undefined,
      })
      return texts(found.ids)
    },
    texts,
    [Symbol.asyncDispose]: () => sql.close(),
  }
}

const facet = (feature: Record<string, Value>) => ({index: {byteStart: 0, byteEnd: 1}, features: [feature]})

test('words are without case and accents; scripts without spaces are cut in pairs', () => {
  assert.equal(wordsOf('Crème Brûlée, Don’t!'), 'creme brulee don t')
  assert.equal(wordsOf('日本語で'), '日本 本語 語で で')
  assert.equal(wordsOf('iPhoneケース 🎉'), 'iphone ケー ース ス 🎉')
  assert.equal(wordsOf('Ёлка й'), 'елка и')
  assert.equal(phraseOf('日本語'), '"日本 本語"')
  assert.equal(phraseOf('語'), '"語" *')
  assert.equal(phraseOf('pho', true), '"pho" *')
  assert.equal(phraseOf('?!'), undefined)
})

test('posts are found by words, phrases and what must not be there, the newest first', async () => {
  await using setup = await setUp()
  const {post, find} = setup
  await post('The quick brown fox')
  await post('A brown and quick dog')
  await post('Café con leche')
  assert.deepEqual(await find('quick brown'), ['A brown and quick dog', 'The quick brown fox'])
  assert.deepEqual(await find('"quick brown"'), ['The quick brown fox'])
  assert.deepEqual(await find('quick -dog'), ['The quick brown fox'])
  assert.deepEqual(await find('CAFE'), ['Café con leche'])
  assert.deepEqual(await find('cat'), [])
})

test('a text in Japanese is found by any part of it', async () => {
  await using setup = await setUp()
  const {post, find} = setup
  await post('今日は東京都に行きました')
  await post('京都はいいところ')
  assert.deepEqual(await find('東京'), ['今日は東京都に行きました'])
  assert.deepEqual(await find('京都'), ['京都はいいところ', '今日は東京都に行きました'])
  assert.deepEqual(await find('た'), ['今日は東京都に行きました'])
  assert.deepEqual(await find('サッカー'), [])
})

test('tags, links, mentions, languages and times narrow a search', async () => {
  await using setup = await setUp()
  const {post, find, bob, alice} = setup
  const facets = [
    facet({$type: 'app.bsky.richtext.facet#tag', tag: 'Cats'}),
    facet({$type: 'app.bsky.richtext.facet#link', uri: 'https://www.blog.example.com/a/?q=1'}),
    facet({$type: 'app.bsky.richtext.facet#mention', did: bob.did}),
  ]
  await post('one', {facets, langs: ['pt-BR']})
  await post('two', {tags: ['dogs', 'cats']})
  await post('three', {}, bob)
  for (const q of ['#cats', '#CATS']) assert.deepEqual(await find(q), ['two', 'one'])
  assert.deepEqual(await find('#cats #dogs'), ['two'])
  for (const q of ['domain:example.com', 'domain:blog.example.com', 'url:https://blog.example.com/a?q=1']) {
    assert.deepEqual(await find(q), ['one'], q)
  }
  assert.deepEqual(await find('domain:example.org'), [])
  for (const q of ['lang:pt', 'lang:pt-br']) assert.deepEqual(await find(q), ['one'])
  const [start] = [nowMs - 86_400_000]
  assert.deepEqual(await find(`since:${new Date(start + 120_000).toISOString()}`), ['three', 'two'])
  assert.deepEqual(await find(`until:${new Date(start + 120_000).toISOString()}`), ['one'])
  assert.deepEqual(await find('until:2020-01-01'), [])
  assert.deepEqual(parsePostQuery('from:@alice.test mentions:me x').from, ['alice.test'])
  const number = setup.sql.read(tx => tx.get<{id: number}>('SELECT id FROM actor WHERE did = ?', alice.did))?.id ?? 0
  const {search, texts} = setup
  const page = {limit: 10, cursor: undefined}
  assert.deepEqual(texts((await search.latestPosts({...parsePostQuery(''), authors: [number]}, page)).ids), [
    'two',
    'one',
  ])
  assert.deepEqual((await search.latestPosts({...parsePostQuery(''), authors: []}, page)).ids, [])
})

test('an edited post is found by its new words alone, and a deleted one no more', async () => {
  await using setup = await setUp()
  const {post, find, apply, alice} = setup
  const rkey = await post('before')
  const path = `app.bsky.feed.post/${rkey}`
  const record = {$type: 'app.bsky.feed.post', text: 'after', createdAt: '2026-01-01T00:00:00.000Z'}
  await apply(alice.commit({[path]: record}))
  assert.deepEqual([await find('before'), await find('after')], [[], ['before']])
  await apply(alice.commit({[path]: null}))
  assert.deepEqual(await find('after'), [])
  assert.equal(setup.sql.read(tx => tx.all('SELECT rowid FROM post_search')).length, 0)
})

test('the best come first, and pages follow each other', async () => {
  await using setup = await setUp()
  const {post, find, bob, apply, alice, search, texts} = setup
  for (let at = 0; at < 7; at++) await post(`hello ${at}`)
  const subject = {
    uri: alice.uri('app.bsky.feed.post', 3),
    cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm',
  }
  const like = {$type: 'app.bsky.feed.like', subject, createdAt: '2026-01-01T00:00:00.000Z'}
  await apply(bob.commit({[`app.bsky.feed.like/${bob.rkey(1)}`]: like}))
  assert.deepEqual(await find('hello', 'top', 3), ['hello 2', 'hello 6', 'hello 5'])
  for (const sort of ['latestPosts', 'topPosts'] as const) {
    const all: number[] = []
    let cursor: string | undefined
    do {
      const page = await search[sort]({...parsePostQuery('hello'), authors: undefined}, {limit: 3, cursor})
      all.push(...page.ids)
      ;({cursor} = page)
    } while (cursor !== undefined)
    assert.equal(new Set(texts(all)).size, 7)
    assert.equal(all.length, 7)
  }
})

test('accounts are found by the beginning of handle and name, the one with that very handle first', async () => {
  await using setup = await setUp()
  const {store, apply, alice, bob, search} = setup
  await store.setHandle(alice.did, 'ann.example.com' as Handle, nowMs)
  await store.setHandle(bob.did, 'anna.example.com' as Handle, nowMs)
  const profile = {$type: 'app.bsky.actor.profile', displayName: 'Zoë 山田太郎', description: 'Gardens'}
  await apply(bob.commit({'app.bsky.actor.profile/self': profile}))
  const follow = {$type: 'app.bsky.graph.follow', subject: bob.did, createdAt: '2026-01-01T00:00:00.000Z'}
  await apply(alice.commit({[`app.bsky.graph.follow/${alice.rkey(1)}`]: follow}))
  const find = async (text: string, inAbout = false) => {
    const {ids} = await search.actors(text, inAbout, {limit: 10, cursor: undefined})
    return ids.map(id =>
      setup.sql.read(tx => tx.get<{did: string}>('SELECT did FROM actor WHERE id = ?', id))?.did.slice(8),
    )
  }
  assert.deepEqual(await find('ann'), ['bob.test', 'alice.test'])
  assert.deepEqual(await find('@Ann.example.com'), ['alice.test'])
  assert.deepEqual(await find('example'), ['bob.test', 'alice.test'])
  assert.deepEqual(await find('zoe'), ['bob.test'])
  assert.deepEqual(await find('太郎'), ['bob.test'])
  assert.deepEqual(await find('zo gard'), [])
  assert.deepEqual(await find('zo gard', true), ['bob.test'])
  await store.setHandle(bob.did, 'other.example.com' as Handle, nowMs)
  await apply(bob.commit({'app.bsky.actor.profile/self': null}))
  assert.deepEqual([await find('anna'), await find('zoe'), await find('other')], [[], [], ['bob.test']])
})

test('no query is an error', async () => {
  await using setup = await setUp()
  const {post, find, search} = setup
  await post('hello')
  const chance = seeded(runSeed)
  const pieces = [
    '"',
    '-',
    'NOT',
    'AND (',
    '*',
    'text:',
    'NEAR(',
    '^',
    '\0',
    '{a b}',
    "'",
    '#',
    '##',
    'from:',
    'since:x',
    'url:"',
    'lang:',
    ' ',
    '日',
    'ー',
    '\u{d800}',
    '😀',
    'domain:"',
    'until:9999-99-99',
    'x'.repeat(3000),
    '#"',
    '-"a',
    ':',
    '+',
    '\u3000',
    '()',
    '-#a',
  ]
  for (const one of ['', ...pieces]) await find(one)
  for (let round = 0; round < 500; round++) {
    const q = Array.from({length: 1 + chance() * 6}, () => pieces[Math.floor(chance() * pieces.length)]).join('')
    try {
      await find(q, round % 2 ? 'top' : 'latest')
      await search.actors(q, round % 2 === 0, {limit: 5, cursor: q})
    } catch (error) {
      throw new Error(`SEED=${runSeed}: ${JSON.stringify(q)}`, {cause: error})
    }
  }
})
