import assert from 'node:assert/strict'
import {test} from 'node:test'
import {readManifest} from '../manifest/read.ts'
import {postFactsOf, type PostFacts} from '../post-facts.ts'
import {Plan} from './plan.ts'

const did = (letter: string): string => `did:plc:${letter.repeat(24)}`
const list = `at://${did('a')}/app.bsky.graph.list/1`
const input = {$type: '#input', from: {$type: '#network'}}
const post = (text: string, rest: object = {}, author = did('b')): PostFacts =>
  postFactsOf({uri: `at://${author}/app.bsky.feed.post/1`, author, timeMs: 0, record: {text, ...rest}})

/** A plan of feeds by their names, each given by its blocks. */
function planOf(feeds: Record<string, object[]>): Plan {
  const manifests = Object.entries(feeds).map(([name, blocks]) => {
    const read = readManifest({name, blocks, createdAt: '2026-11-30T00:00:00Z'})
    assert.ok(read.ok, JSON.stringify(read))
    return [name, read.manifest] as const
  })
  return new Plan(manifests)
}
const taken = (plan: Plan, ...[facts, repost]: Parameters<Plan['match']>): string =>
  plan
    .match(facts, repost)
    .map(({key}) => key)
    .toSorted()
    .join(' ')
const keep = (when: object): object => ({$type: '#keep', when})

test('a post is taken by the feeds that may have it', () => {
  const plan = planOf({
    all: [input],
    cats: [input, keep({$type: '#words', words: ['cat', 'Katze']})],
    noCats: [input, {$type: '#drop', when: {$type: '#words', words: ['cat']}}],
    pattern: [input, keep({$type: '#pattern', patterns: ['c[ao]ts?\\b.*dog']})],
    german: [input, keep({$type: '#langs', langs: ['de']})],
    tagged: [{$type: '#input', from: {$type: '#tags', tags: ['#Cat']}}],
    liked: [
      input,
      keep({
        $type: '#all',
        of: [
          {$type: '#counts', of: 'likes', atLeast: 9},
          {$type: '#words', words: ['dog']},
        ],
      }),
    ],
    either: [
      input,
      keep({
        $type: '#any',
        of: [
          {$type: '#counts', of: 'likes', atLeast: 9},
          {$type: '#words', words: ['dog']},
        ],
      }),
    ],
  })
  assert.equal(taken(plan, post('')), 'all either noCats')
  assert.equal(taken(plan, post('CAT and dog', {langs: ['de-AT']})), 'all cats either german liked pattern')
  assert.equal(taken(plan, post('concat', {tags: ['CAT']})), 'all either noCats tagged')
})

test('people whom a feed wants are looked at as a post comes, and whom it does not want may go', () => {
  const from = {$type: '#list', uri: list}
  const plan = planOf({
    input: [{$type: '#input', from, include: ['posts', 'reposts']}],
    wanted: [input, keep({$type: '#author', from})],
    unwanted: [input, {$type: '#drop', when: {$type: '#author', from}}],
  })
  assert.deepEqual(plan.sources, [{kind: 'list', of: list}])
  const repost = {uri: `at://${did('c')}/app.bsky.feed.repost/1`, by: did('c')}
  assert.equal(taken(plan, post('')), 'unwanted')
  plan.setMembers({kind: 'list', of: list}, new Set([did('b')]))
  assert.equal(taken(plan, post('')), 'input unwanted wanted')
  assert.equal(taken(plan, post('', {reply: {}})), 'unwanted wanted')
  // Of a repost, an input asks by whom it came, a condition who wrote the post.
  assert.equal(taken(plan, post(''), repost), '')
  plan.setMembers({kind: 'list', of: list}, new Set([did('c')]))
  assert.equal(taken(plan, post(''), repost), 'input')
})

test('what a post alone tells is kept as bits, the same for the same part', () => {
  const cat = {$type: '#words', words: ['cat']}
  const dog = {$type: '#words', words: ['dog']}
  const liked = {$type: '#counts', of: 'likes', atLeast: 1}
  const plan = planOf({
    feed: [
      input,
      keep({$type: '#any', of: [cat, dog, liked]}),
      keep({$type: '#any', of: [liked, {$type: '#any', of: [cat, dog]}]}),
      keep({$type: '#any', of: [dog, liked]}),
    ],
  })
  assert.equal(plan.feeds.get('feed')!.parts.length, 3)
  const bits = (text: string): number => plan.assess(post(text))[0].bits
  assert.deepEqual(['', 'cat', 'dog'].map(bits), [1, 3, 7])
})

test('posts are looked at one after the other without traces of those before', () => {
  const plan = planOf({
    cats: [input, keep({$type: '#words', words: ['cat']})],
    reply: [input, keep({$type: '#kind', kinds: ['reply']})],
  })
  for (let i = 0; i < 3; i++) {
    assert.equal(taken(plan, post('cat')), 'cats')
    assert.equal(taken(plan, post('', {reply: {}})), 'reply')
    assert.equal(taken(plan, post('')), '')
  }
})

test('words, tags, hosts, languages and mentions are met as the lexicon says', () => {
  const table: [condition: object, facts: PostFacts, meets: boolean][] = [
    [{$type: '#words', words: ['cat'], whole: false}, post('concatenate'), true],
    [{$type: '#words', words: ['cat'], matchCase: true}, post('CAT, Cat'), false],
    [{$type: '#words', words: ['New York']}, post('in NEW YORK!'), true],
    [{$type: '#words', words: ['cafe\u0301']}, post('Café'), true],
    [{$type: '#words', words: ['猫']}, post('黒猫が好き'), true],
    [{$type: '#words', words: ['a', 'b'], match: 'all'}, post('b a'), true],
    [{$type: '#words', words: ['a', 'b'], match: 'none'}, post('c b'), false],
    [{$type: '#words', words: ['cat'], in: ['alt', 'links']}, post('cat'), false],
    [{$type: '#pattern', patterns: ['^$']}, post(''), true],
    [{$type: '#hashtags', tags: ['#Straße']}, post('', {tags: ['STRAẞE']}), true],
    [
      {$type: '#domains', domains: ['MÜNCHEN.example']},
      post('', {facets: [{features: [{uri: 'https://a.münchen.example/'}]}]}),
      true,
    ],
    [
      {$type: '#domains', domains: ['a.example.org']},
      post('', {facets: [{features: [{uri: 'https://example.org/'}]}]}),
      false,
    ],
    [{$type: '#langs', langs: ['pt-BR']}, post('', {langs: ['pt']}), false],
    [{$type: '#mentions', dids: [did('a')]}, post('', {facets: [{features: [{did: did('a')}]}]}), true],
    [{$type: '#field', path: 'text', op: 'contains', values: ['b', 'x']}, post('abc'), true],
    [{$type: '#field', path: 'constructor.name', op: 'exists'}, post(''), false],
    [{$type: '#field', path: 'n[1]', op: 'atLeast', values: ['9']}, post('', {n: [1, 10]}), true],
    [{$type: '#field', path: 'ok', op: 'is', values: ['true']}, post('', {ok: true}), true],
    [{$type: '#field', path: 'createdAt', op: 'less', values: ['2026']}, post('', {createdAt: '2025-12-01'}), true],
  ]
  for (const [condition, facts, meets] of table) {
    assert.equal(taken(planOf({feed: [input, keep(condition)]}), facts), meets ? 'feed' : '', JSON.stringify(condition))
  }
})

const likes = (atLeast: number): object => ({$type: '#counts', of: 'likes', atLeast})

test('the least that a post has to have is told, where it is the same by every way', () => {
  const replies = {$type: '#counts', of: 'replies', atLeast: 2}
  const limit = {$type: '#limit', count: 5}
  const table: [object[], likes: number, replies: number][] = [
    [[input], 0, 0],
    [[input, keep(likes(3)), keep({$type: '#all', of: [likes(5), replies]})], 5, 2],
    [[input, keep(likes(5)), input, keep(likes(3))], 3, 0],
    [[input, keep({$type: '#any', of: [likes(5), likes(3)]})], 0, 0],
    [[input, {$type: '#drop', when: likes(5)}], 0, 0],
    [[input, keep(replies), limit, keep(likes(3))], 0, 2],
  ]
  for (const [blocks, ...expected] of table) {
    const {least} = planOf({feed: blocks}).feeds.get('feed')!
    assert.deepEqual([least.likes, least.replies], expected, JSON.stringify(blocks))
  }
})
