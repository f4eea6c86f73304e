import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {bounds, readManifest} from './read.ts'

const did = `did:plc:${'a'.repeat(24)}`
const listUri = `at://${did}/app.bsky.graph.list/1`
const input = {$type: '#input', from: {$type: '#network'}}
const feed = (...blocks: object[]): object => ({name: 'Cats', blocks, createdAt: '2026-11-30T00:00:00Z'})
const keep = (when: object): object => feed(input, {$type: '#keep', when})
const times = <T>(count: number, value: T): T[] => Array.from({length: count}, () => value)
const words = (count: number): string[] => Array.from({length: count}, (_, i) => `word${i}`)
const nested = (depth: number): object =>
  depth === 0 ? {$type: '#kind', kinds: ['reply']} : {$type: '#not', of: nested(depth - 1)}
const counts = {$type: '#counts', of: 'likes', atLeast: 1}

/** What is said of a manifest, a line each, or `fine`. */
const said = (value: unknown): string => {
  const read = readManifest(value)
  return read.ok ? 'fine' : read.problems.map(({path, text}) => `${path} ${text}`).join('\n')
}

suite('a manifest is read', () => {
  test('with short names written out', () => {
    const read = readManifest(keep({$type: '#words', words: ['cat']}))
    assert.ok(read.ok)
    assert.equal(read.manifest.$type, 'network.wholesky.feed.manifest')
    assert.equal(read.manifest.blocks[1].$type, 'network.wholesky.feed.manifest#keep')
    assert.deepEqual(readManifest(read.manifest), read)
  })

  const fine: Record<string, object> = {
    'thresholds under any': keep({$type: '#any', of: [counts, {...counts, of: 'replies'}]}),
    'as many words as may be': keep({$type: '#all', of: times(4, {$type: '#words', words: words(500)})}),
    'a sort with all its numbers': feed(input, {$type: '#sort', by: 'rank', gravity: '1.75', points: {like: '0.5'}}),
    'a field that is there': keep({$type: '#field', path: 'facets[*].features[0].uri', op: 'exists'}),
    'what is put aside and fetched': feed(input, {$type: '#stash', name: 'a'}, input, {$type: '#pop', name: 'a'}),
  }
  for (const [what, value] of Object.entries(fine)) test(`with ${what}`, () => assert.equal(said(value), 'fine'))
})

suite('it is said in words what is wrong, and where', () => {
  const wrong: [what: string, value: unknown, said: string | RegExp][] = [
    ['nothing at all', null, /^ The feed: expected|^\/name|^ .*missing/],
    ['a list', [], /name/],
    ['no blocks', feed(), /"blocks": /],
    ['a block that is none', feed({$type: '#filter'}), /^\/blocks\/0\S* Block 1 \(filter\)/],
    [
      'a number where words are',
      keep({$type: '#words', words: [7]}),
      /^\S+ Block 2 \(keep\), "when\/words\/0": expected/,
    ],
    ['no input', feed({$type: '#unique'}), ' A feed needs an input: without one it has no posts.'],
    [
      'a bad expression',
      keep({$type: '#all', of: [counts, {$type: '#pattern', patterns: ['a', '(b']}]}),
      '/blocks/1/when/of/1/patterns/1 Block 2 (keep), "when/of/1/patterns/1": ' +
        'the expression is not one of RE2: missing closing ): `(b`.',
    ],
    ['an expression that looks around', keep({$type: '#pattern', patterns: ['a(?=b)']}), /unsupported Perl syntax/],
    [
      'an expression that is too large',
      keep({$type: '#pattern', patterns: ['(?:a{90}b{90}c{90}d{90}){2}'.repeat(20)]}),
      /the expression is too large; split it, or use words/,
    ],
    [
      'an empty word',
      keep({$type: '#not', of: {$type: '#words', words: [' ']}}),
      /"when\/of\/words\/0": this is empty/,
    ],
    [
      'an address for a domain',
      keep({$type: '#domains', domains: ['https://a.b']}),
      /is no domain such as "example.org"/,
    ],
    [
      'another record for a list',
      feed({...input, from: {$type: '#list', uri: `at://${did}`}}),
      /is no at:\/\/did:…\/app/,
    ],
    [
      'a pinned list',
      {...feed(input), pinned: [{post: listUri}]},
      /^\/pinned\/0\/post "pinned\/0\/post": .*feed\.post/,
    ],
    ['a limit of nothing', feed(input, {$type: '#limit'}), /say how many posts, or how many of one author/],
    ['counts of nothing', keep({$type: '#counts', of: 'likes'}), /say how many at least, or at most/],
    ['counts of no number', keep({...counts, atMost: 0}), /no number is at least 1 and at most 0/],
    [
      'a gravity that is none',
      feed(input, {$type: '#sort', by: 'rank', gravity: 'low'}),
      /"low" is no number from 0 to 10/,
    ],
    ['a decay of nothing', feed(input, {$type: '#sort', by: 'blend', decay: '0'}), /no number from 0.001 to 1/],
    ['a gravity without rank', feed(input, {$type: '#sort', by: 'new', gravity: '1'}), /only "rank" has a gravity/],
    ['a path that is none', keep({$type: '#field', path: 'a..b', op: 'exists'}), /"a\.\.b" is no path such as/],
    ['a comparison with nothing', keep({$type: '#field', path: 'a', op: 'is'}), /say what the field is compared with/],
    ['what is fetched twice', feed(input, {$type: '#pop', name: 'a'}), /nothing is put aside as "a" above/],
    ['what is never fetched', feed(input, {$type: '#stash', name: 'a'}), ' What is put aside as "a" is never fetched.'],
    ['conditions too deep', keep(nested(bounds.depth)), /conditions stand in each other at most 8 deep/],
    [
      'too many conditions',
      keep({$type: '#all', of: times(5, {$type: '#any', of: times(45, counts)})}),
      /at most 200 conditions, and this one has 231/,
    ],
    [
      'too many expressions without a word',
      keep({$type: '#pattern', patterns: ['[a-z]{9}', '\\d+', 'a', '^.?$', 'x|cats']}),
      /at most 4 expressions without a word that is in every match, and this one has 5/,
    ],
    [
      'too many fields',
      keep({$type: '#all', of: words(21).map(path => ({$type: '#field', path, op: 'exists'}))}),
      /at most 20 comparisons of fields/,
    ],
    [
      'too many words',
      keep({$type: '#all', of: times(5, {$type: '#words', words: words(500)})}),
      /at most 2,000 words, tags and domains, and this one has 2500/,
    ],
    [
      'too many parts',
      keep({$type: '#all', of: times(49, {$type: '#any', of: [counts, {$type: '#kind', kinds: ['reply']}]})}),
      /at most 48 blocks and conditions that stand beside/,
    ],
    [
      'too many lists',
      keep({$type: '#any', of: words(21).map(of => ({$type: '#author', from: {$type: '#list', uri: listUri + of}}))}),
      /at most 20 lists, starter packs, followers and follows/,
    ],
  ]
  for (const [what, value, expected] of wrong) {
    test(what, () => {
      if (typeof expected === 'string') assert.equal(said(value), expected)
      else assert.match(said(value), expected)
    })
  }

  test('several at once, and no more than twenty', () => {
    assert.equal(said(keep({$type: '#words', words: [' ', '\t', 'a']})).split('\n').length, 2)
    assert.equal(said(keep({$type: '#words', words: times(500, ' ')})).split('\n').length, 20)
  })

  test('of what is too large or too deep to be looked into', () => {
    let deep: unknown = []
    for (let i = 0; i < 100_000; i++) deep = [deep]
    const ring: Record<string, unknown> = {}
    ring.self = ring
    for (const value of [deep, ring, feed(...times(30_000, input))])
      assert.equal(said(value), ' This is too large for a feed.')
  })
})
