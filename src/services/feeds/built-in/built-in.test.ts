/** Each built-in feed, as its rule says it. */
import {deepEqual, throws} from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import {cidFor} from '../../../../test/random.ts'
import {FeedTown} from '../../../../test/feed-town.ts'
import {builtIn} from './built-in.ts'
import {community} from './community.ts'
import {handMade} from './hand-made.ts'
import {topical, type TopicalOptions} from './topical.ts'

const anyCid = cidFor('a picture')
/** A text, and what there is beside it. */
type Sample = [text: string, more?: object]

function town(context: TestContext): FeedTown {
  const made = new FeedTown(context)
  made.offer(...builtIn(['whats-hot', 'hot-classic', 'with-friends', 'friends-like', 'mutuals']))
  return made
}

suite("What's Hot", () => {
  test('is what more people like, the more so the younger it is', async context => {
    const {post, shows} = bound(town(context))
    await post('alice', '20 likes, 20 hours ago', {likes: 20, hoursAgo: 20})
    await post('alice', '5 likes, now', {likes: 5})
    await post('alice', '30 likes, 10 hours ago', {likes: 30, hoursAgo: 10})
    // 5 / 2^1.8 = 1.44, 30 / 12^1.8 = 0.34, 20 / 22^1.8 = 0.08
    deepEqual(await shows('whats-hot'), ['5 likes, now', '30 likes, 10 hours ago', '20 likes, 20 hours ago'])
  })

  test('has no replies, nothing of before yesterday, nothing with two likes, and nothing that is not for everybody', async context => {
    const {post, shows} = bound(town(context))
    const above = await post('alice', 'three', {likes: 3})
    await post('alice', 'two', {likes: 2})
    await post('alice', 'reply', {likes: 9, replyTo: above})
    await post('alice', 'old', {likes: 9, hoursAgo: 25})
    await post('alice', 'nude', {likes: 9, label: 'nudity'})
    await post('alice', 'shy', {likes: 9, label: '!no-promote'})
    deepEqual(await shows('whats-hot'), ['three'])
  })
})

test("What's Hot Classic is what twelve people like, newest first, without replies", async context => {
  const {post, shows} = bound(town(context))
  const above = await post('alice', 'older', {likes: 30, hoursAgo: 30})
  await post('alice', 'eleven', {likes: 11})
  await post('alice', 'newer', {likes: 12, hoursAgo: 1})
  await post('alice', 'reply', {likes: 12, replyTo: above})
  await post('alice', 'labelled', {likes: 12, label: 'porn'})
  deepEqual(await shows('hot-classic'), ['newer', 'older'])
})

test('Popular With Friends is what those whom one follows wrote and five people like, newest first', async context => {
  const there = town(context)
  const {post, shows, follow, remove} = bound(there)
  there.followed('alice', ['bob'])
  await post('bob', 'of bob', {likes: 5, hoursAgo: 2})
  await post('bob', 'four likes', {likes: 4})
  await post('carol', 'of carol', {likes: 9, hoursAgo: 1})
  deepEqual(await shows('with-friends', 'alice'), ['of bob'])
  const uri = await follow('alice', 'carol')
  deepEqual(await shows('with-friends', 'alice'), ['of carol', 'of bob'])
  await remove(uri)
  deepEqual(await shows('with-friends', 'alice'), ['of bob'])
  deepEqual(await shows('with-friends', 'carol'), [])
})

test('likes from people one follows are the posts that they like, newest first', async context => {
  const there = town(context)
  const {post, like, shows, remove} = bound(there)
  there.followed('alice', ['bob', 'carol'])
  const [one, two] = [await post('dan', 'one', {hoursAgo: 2}), await post('dan', 'two', {hoursAgo: 1})]
  await post('bob', 'that nobody likes')
  await like('bob', one)
  await like('carol', one)
  const uri = await like('carol', two)
  deepEqual(await shows('friends-like', 'alice'), ['two', 'one'])
  await remove(uri)
  deepEqual(await shows('friends-like', 'alice'), ['one'])
  deepEqual(await shows('friends-like', 'bob'), [])
})

test('the latest from people who follow one back has neither those who do not nor those whom one does not follow', async context => {
  const there = town(context)
  const {post, follow, shows, remove} = bound(there)
  there.followed('alice', ['bob', 'carol'], ['bob'])
  const above = await post('bob', 'of bob', {hoursAgo: 2})
  await post('bob', 'a reply of bob', {replyTo: above})
  await post('carol', 'of carol', {hoursAgo: 1})
  await post('dan', 'of dan')
  await follow('dan', 'alice')
  deepEqual(await shows('mutuals', 'alice'), ['of bob'])
  const uri = await follow('carol', 'alice')
  deepEqual(await shows('mutuals', 'alice'), ['of carol', 'of bob'])
  await remove(uri)
  deepEqual(await shows('mutuals', 'alice'), ['of bob'])
})

suite('a community', () => {
  test('is of accounts that are named', async context => {
    const there = new FeedTown(context)
    const {post, shows, did} = bound(there)
    there.offer(community({name: 'village', title: 'Village', members: [did('alice'), did('bob')]}))
    const above = await post('alice', 'of alice', {hoursAgo: 1})
    await post('bob', 'of bob')
    await post('bob', 'a reply', {replyTo: above})
    await post('carol', 'of carol')
    deepEqual(await shows('village'), ['of bob', 'of alice'])
    there.offer(community({name: 'village', title: 'Village', members: [did('alice'), did('bob')], withReplies: true}))
    deepEqual((await shows('village')).toSorted(), ['a reply', 'of alice', 'of bob'])
  })

  for (const kind of ['a list', 'a starter pack']) {
    test(`is of the members of ${kind}, who come and go`, async context => {
      const there = new FeedTown(context)
      const {post, put, shows, did, remove} = bound(there)
      const list = there.list('carol', ['alice'])
      const pack = `at://${did('carol')}/app.bsky.graph.starterpack/pack` as AtUri
      there.packs.set('pack', list)
      there.offer(community({name: 'village', title: 'Village', members: kind === 'a list' ? list : pack}))
      await post('alice', 'of alice', {hoursAgo: 1})
      await post('bob', 'of bob')
      deepEqual(await shows('village'), ['of alice'])
      const item = await put('carol', 'app.bsky.graph.listitem', {list, subject: did('bob')})
      await put('bob', 'app.bsky.graph.listitem', {list, subject: did('dan')})
      await post('dan', 'of dan, whom bob may not put on the list of carol')
      deepEqual(await shows('village'), ['of bob', 'of alice'])
      await remove(item)
      deepEqual(await shows('village'), ['of alice'])
    })
  }
})

const link = (uri: string) => ({$type: 'app.bsky.embed.external', external: {uri, title: 'A page', description: ''}})
const picture = (alt: string) => ({
  $type: 'app.bsky.embed.images',
  images: [{alt, image: {$type: 'blob', ref: anyCid, mimeType: 'image/png', size: 1}}],
})
const tag = (name: string) => ({
  facets: [{index: {byteStart: 0, byteEnd: 1}, features: [{$type: 'app.bsky.richtext.facet#tag', tag: name}]}],
})

suite('a topical feed', () => {
  for (const [rule, options, taken, left] of [
    [
      'has words, as words of their own, in any case and script',
      {words: ['cat', 'Kätzchen', 'c++']},
      [['a CAT!'], ['cat'], ['mein kätzchen'], ['I write C++ daily']],
      [['concatenate'], ['cats'], ['Kätzchens'], ['cat_fish']],
    ],
    [
      'has words of scripts with marks, and of scripts without spaces',
      {words: ['猫', 'मत']},
      [['黒猫がいる'], ['मत दो']],
      [['मति'], ['犬がいる']],
    ],
    ['has expressions of RE2', {expressions: ['\\bkitt(y|en)s?\\b']}, [['two kittens'], ['Kitty']], [['kitt']]],
    ['looks at what pictures are said to show', {words: ['cat']}, [['look', {embed: picture('a cat')}]], [['look']]],
    [
      'has hashtags',
      {hashtags: ['#Cats']},
      [
        ['x', tag('cats')],
        ['y', {tags: ['CATS']}],
      ],
      [['cats', tag('dogs')]],
    ],
    ['has hashtags in any case of any script', {hashtags: ['οδός']}, [['x', tag('ΟΔΌΣ')]], [['y', tag('οδοί')]]],
    [
      'has sites however they are written',
      {sites: ['Example.org', 'bücher.example']},
      [
        ['x', {embed: link('https://www.example.org/a')}],
        ['y', {embed: link('https://xn--bcher-kva.example')}],
      ],
      [['z', {embed: link('https://example.com/')}]],
    ],
    [
      'has links to a site, and to those below it',
      {sites: ['cats.example']},
      [
        ['x', {embed: link('https://cats.example/a')}],
        ['y', {embed: link('http://www.cats.example')}],
      ],
      [['z', {embed: link('https://notcats.example/')}], ['cats.example']],
    ],
    [
      'is in some languages, of every region',
      {words: ['cat'], languages: ['pt']},
      [
        ['cat', {langs: ['pt-BR']}],
        ['a cat', {langs: ['en', 'pt']}],
      ],
      [['cat', {langs: ['en']}], ['cat']],
    ],
    [
      'is in a language of one region',
      {words: ['cat'], languages: ['pt-BR']},
      [['cat', {langs: ['pt-br']}]],
      [['a cat', {langs: ['pt']}]],
    ],
  ] as readonly [string, Partial<TopicalOptions>, Sample[], Sample[]][]) {
    test(rule, async context => {
      const there = new FeedTown(context)
      there.offer(topical({name: 'topic', title: 'Topic', ...options}))
      for (const [text, more] of [...taken, ...left]) await there.post('alice', text, {more: more as never})
      deepEqual((await there.shows('topic')).toSorted(), taken.map(([text]) => text).toSorted())
    })
  }

  test('has replies only where it is to', async context => {
    const there = new FeedTown(context)
    const options = {name: 'topic', title: 'Topic', words: ['cat']}
    there.offer(topical(options), topical({...options, name: 'talk', withReplies: true}))
    const above = await there.post('alice', 'a cat', {hoursAgo: 1})
    await there.post('bob', 'what cat?', {replyTo: above})
    deepEqual(await there.shows('topic'), ['a cat'])
    deepEqual(await there.shows('talk'), ['what cat?', 'a cat'])
  })

  test('refuses an expression that is none', () => {
    throws(() => topical({name: 'a', title: 'A', expressions: ['(']}), /missing closing \)/)
  })
})

test('a list by hand is in its own order, page by page', async context => {
  const there = new FeedTown(context)
  const posts = ['one', 'two', 'three'].map(text => `at://did:web:alice.test/app.bsky.feed.post/${text}` as AtUri)
  there.offer(handMade({name: 'picks', title: 'Picks', posts}))
  const first = await there.page('picks', {limit: 2})
  const second = await there.page('picks', {limit: 2, cursor: first.cursor})
  deepEqual(
    [...first.feed, ...second.feed],
    posts.map(post => ({post})),
  )
  deepEqual(second.cursor, undefined)
})

test('a built-in feed that there is not is refused by its name', () => {
  throws(
    () => builtIn(['whats-hot', 'whats-not']),
    /FEEDS_BUILT_IN has the item "whats-not"\. Expected of: whats-hot, /,
  )
})

/** Its methods, without it. */
function bound(there: FeedTown) {
  return {
    post: there.post.bind(there),
    put: there.put.bind(there),
    like: there.like,
    follow: there.follow,
    remove: there.remove.bind(there),
    shows: there.shows.bind(there),
    did: there.did,
  }
}
