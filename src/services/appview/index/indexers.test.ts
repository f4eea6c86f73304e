/** What each type of record means to the index: rows, what they count for, who is told. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {feedIndexers} from './feed.ts'
import {graphIndexers} from './graph.ts'
import {linkTo, type RecordIndexer, type RecordLink} from './record-indexer.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test` as Did)
const all = [...feedIndexers, ...graphIndexers]
const link = (did: Did, type: string, rkey = 'a'): RecordLink => ({did, collection: `app.bsky.${type}`, rkey})
const uri = (did: string, type: string, rkey = 'a'): string => `at://${did}/app.bsky.${type}/${rkey}`
const ref = (at: string) => ({uri: at, cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'})

const indexerOf = (type: string): RecordIndexer =>
  all.find(one => one.type.nsid === `app.bsky.${type}`) as RecordIndexer
/** Of a record of Alice's. */
const itemOf = (type: string, record: object, rkey = 'a') =>
  ({did: alice, rkey, self: link(alice, type, rkey), record}) as never
const rows = (type: string, record: object, rkey?: string) => indexerOf(type).rows(itemOf(type, record, rkey))
const told = (type: string, record: object) => indexerOf(type).tells?.(itemOf(type, record)) ?? []

const quotedBy = (embed: object) => rows('feed.post', {text: '', embed})?.[0][0].quoted

const mediaOf = (embed: object) => rows('feed.post', {text: '', embed})?.[0][0].media

const feature = (did: string) => ({$type: 'app.bsky.richtext.facet#mention', did})

const facet = (...features: object[]) => ({index: {byteStart: 0, byteEnd: 1}, features})

const quotes = (embeddingRules?: object[]) =>
  rows('feed.postgate', {post: uri(alice, 'feed.post'), embeddingRules})?.[0][0].quotesDisabled

suite('what records mean', () => {
  test('every count is of a table that its indexer fills', () => {
    for (const {tables, counts = []} of all) for (const {table} of counts) equal(tables.includes(table), true, table)
  })

  test('a like, a repost, a follow, a block stand once for each subject', () => {
    for (const type of ['feed.like', 'feed.repost', 'graph.follow', 'graph.block']) {
      deepEqual(indexerOf(type).unique, ['actor', 'subject'], type)
    }
  })

  test('a post is in its thread, and in its author’s feed', () => {
    const plain = {root: null, parent: null, quoted: null, media: 0, violatesGate: 0}
    const self = link(alice, 'feed.post')
    deepEqual(rows('feed.post', {text: ''}), [[plain], [{post: self}]])
    const reply = {root: ref(uri(bob, 'feed.post', 'r')), parent: ref(uri(carol, 'feed.post', 'p'))}
    deepEqual(rows('feed.post', {text: '', reply})?.[0], [
      {...plain, root: link(bob, 'feed.post', 'r'), parent: link(carol, 'feed.post', 'p')},
    ])
  })

  test('a reply that names one of its places by a handle is a post by itself', () => {
    const reply = {root: ref(uri(bob, 'feed.post')), parent: ref('at://carol.test/app.bsky.feed.post/a')}
    const [row] = rows('feed.post', {text: '', reply})?.[0] ?? []
    deepEqual([row.root, row.parent], [null, null])
  })

  test('a post quotes a post, with or without media, and nothing else', () => {
    const record = ref(uri(bob, 'feed.post'))
    deepEqual(quotedBy({$type: 'app.bsky.embed.record', record}), link(bob, 'feed.post'))
    const media = {$type: 'app.bsky.embed.images', images: []}
    deepEqual(quotedBy({$type: 'app.bsky.embed.recordWithMedia', record: {record}, media}), link(bob, 'feed.post'))
    equal(quotedBy({$type: 'app.bsky.embed.record', record: ref(uri(bob, 'graph.list'))}), null)
    equal(quotedBy(media), null)
  })

  test('the kinds of media are bits', () => {
    const kinds = ['images', 'gallery', 'video', 'external', 'other'].map(name => ({$type: `app.bsky.embed.${name}`}))
    deepEqual(kinds.map(mediaOf), [1, 1, 2, 4, 0])
    const record = {record: ref(uri(bob, 'feed.post'))}
    deepEqual(
      kinds.map(media => mediaOf({$type: 'app.bsky.embed.recordWithMedia', record, media})),
      [1, 1, 2, 4, 0],
    )
  })

  test('who is mentioned is told, each once and fifty at most', () => {
    deepEqual(told('feed.post', {text: '', facets: [facet(feature(bob), feature(bob)), facet(feature(carol))]}), [
      {to: bob, reason: 'mention'},
      {to: carol, reason: 'mention'},
    ])
    const many = Array.from({length: 60}, (_, at) => feature(`did:web:n${at}.test`))
    equal(told('feed.post', {text: '', facets: [facet(...many)]}).length, 50)
  })

  for (const [type, reason] of [
    ['feed.like', 'like'],
    ['feed.repost', 'repost'],
  ] as const) {
    test(`of a ${reason} its author is told, and whose repost led there`, () => {
      const [subject, via] = [ref(uri(bob, 'feed.post')), ref(uri(carol, 'feed.repost'))]
      deepEqual(told(type, {subject, via}), [
        {to: bob, reason, about: link(bob, 'feed.post')},
        {to: carol, reason: `${reason}-via-repost`, about: link(carol, 'feed.repost')},
      ])
      deepEqual(told(type, {subject}).length, 1)
      deepEqual(rows(type, {subject})?.[0], [{subject: link(bob, 'feed.post')}])
      equal(rows(type, {subject: ref('at://bob.test/app.bsky.feed.post/a')}), undefined)
    })
  }

  test('a repost is in the feed of who reposts', () => {
    deepEqual(rows('feed.repost', {subject: ref(uri(bob, 'feed.post'))})?.[1], [{post: link(bob, 'feed.post')}])
  })

  test('a gate stands before its author’s own post, under its key', () => {
    for (const type of ['feed.threadgate', 'feed.postgate']) {
      const own = uri(alice, 'feed.post', 'k')
      equal(rows(type, {post: own}, 'k')?.[0].length, 1, type)
      equal(rows(type, {post: own}, 'other'), undefined, type)
      equal(rows(type, {post: uri(bob, 'feed.post', 'k')}, 'k'), undefined, type)
      equal(rows(type, {post: uri(alice, 'graph.list', 'k')}, 'k'), undefined, type)
    }
  })

  test('a gate hides each reply once', () => {
    const [hidden, post] = [uri(bob, 'feed.post'), uri(alice, 'feed.post')]
    deepEqual(
      rows('feed.threadgate', {post, hiddenReplies: [hidden, hidden, 'at://bob.test/app.bsky.feed.post/a']})?.[1],
      [{reply: link(bob, 'feed.post')}],
    )
  })

  test('a gate says whether a post may be quoted', () => {
    deepEqual([quotes(), quotes([]), quotes([{$type: 'app.bsky.feed.postgate#disableRule'}])], [0, 0, 1])
  })

  test('who is followed is told, and a block tells nobody', () => {
    deepEqual(told('graph.follow', {subject: bob}), [{to: bob, reason: 'follow'}])
    deepEqual(told('graph.block', {subject: bob}), [])
  })

  test('an item is on a list of its own author alone', () => {
    deepEqual(rows('graph.listitem', {list: uri(alice, 'graph.list'), subject: bob}), [
      [{list: link(alice, 'graph.list'), subject: {did: bob}}],
    ])
    equal(rows('graph.listitem', {list: uri(bob, 'graph.list'), subject: carol}), undefined)
  })

  test('whose starter pack an account was made through is told', () => {
    const joinedViaStarterPack = ref(uri(bob, 'graph.starterpack'))
    const about = link(bob, 'graph.starterpack')
    deepEqual(told('actor.profile', {joinedViaStarterPack}), [{to: bob, reason: 'starterpack-joined', about}])
    deepEqual(told('actor.profile', {}), [])
    deepEqual(rows('actor.profile', {displayName: 'A', joinedViaStarterPack}), [
      [{displayName: 'A', description: null, joinedVia: about}],
    ])
  })

  test('a link names a record by a DID, a collection and a key', () => {
    deepEqual(linkTo(uri(bob, 'feed.post') as never), link(bob, 'feed.post'))
    for (const other of [`at://${bob}`, `at://${bob}/app.bsky.feed.post`, 'at://bob.test/app.bsky.feed.post/a']) {
      equal(linkTo(other as never), undefined, other)
    }
  })
})
