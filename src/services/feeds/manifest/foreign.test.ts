import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Exported, Imported} from './foreign.ts'
import {exportGraze, importGraze} from './graze.ts'
import {readManifest} from './read.ts'
import {exportSkyFeed, importSkyFeed} from './skyfeed.ts'

const did = (letter: string): string => `did:plc:${letter.repeat(24)}`
const list = `at://${did('a')}/app.bsky.graph.list/1`
const pack = `at://${did('a')}/app.bsky.graph.starterpack/1`
const context = {
  createdAt: '2026-11-30T00:00:00Z',
  didOf: (handle: string) => (handle === 'alice.test' ? did('a') : undefined),
}
const input = {$type: '#input', from: {$type: '#network'}, hours: 24}
const drop = (when: object): object => ({$type: '#drop', when})
const keep = (when: object): object => ({$type: '#keep', when})

const not = (of: object): object => ({$type: '#not', of})
const remove = (subject: string, rest: object = {}): object => ({type: 'remove', subject, ...rest})
const graze = (...and: object[]) => short(importGraze({filter: {and}}, 'A', context))
const author = (from: object): object => ({$type: '#author', from})
const words = (more: object = {}): object => ({$type: '#words', words: ['cat', 'dog'], in: ['text'], ...more})
const video = (kind: string): object => ({$type: '#embed', kinds: [kind], match: 'none'})

/** The blocks of a feed with short names, and what did not come along. */
function short({manifest, unmapped}: Imported): {blocks: unknown; unmapped: string[]} {
  const text = JSON.stringify(manifest?.blocks ?? null).replaceAll('network.wholesky.feed.manifest#', '#')
  return {blocks: JSON.parse(text), unmapped: unmapped.map(({path, text: said}) => `${path} ${said}`)}
}
function feedOf(blocks: object[], rest: object = {}): NonNullable<Imported['manifest']> {
  const read = readManifest({name: 'A', blocks, createdAt: context.createdAt, ...rest})
  assert.ok(read.ok, JSON.stringify(read))
  return read.manifest
}

suite('SkyFeed', () => {
  const firehose = {type: 'input', inputType: 'firehose', firehoseSeconds: 86_400}
  const sky = (...blocks: object[]) => short(importSkyFeed({displayName: 'A', blocks: [firehose, ...blocks]}, context))
  const image = {$type: '#embed', kinds: ['image']}
  const images = {$type: '#embed', kinds: ['images']}

  const blocks: [theirs: object, ours: object][] = [
    [
      {type: 'input', inputType: 'tags', tags: ['a', ' '], historySeconds: 604_800},
      {$type: '#input', from: {$type: '#tags', tags: ['a']}, hours: 168},
    ],
    [
      {type: 'input', inputType: 'list', listUri: list},
      {$type: '#input', from: {$type: '#list', uri: list}, hours: 168},
    ],
    [
      {type: 'input', inputType: 'did', did: did('b'), collection: 'post|repost'},
      {$type: '#input', from: {$type: '#accounts', dids: [did('b')]}, include: ['posts', 'reposts'], hours: 168},
    ],
    [
      {type: 'regex', value: 'a|b', target: 'text|alt_text|link', caseSensitive: false},
      keep({$type: '#pattern', patterns: ['a|b'], in: ['text', 'alt', 'links']}),
    ],
    [
      {type: 'regex', value: 'a', caseSensitive: true, invert: true},
      drop({$type: '#pattern', patterns: ['a'], in: ['text'], matchCase: true}),
    ],
    [remove('item', {value: 'reply'}), drop({$type: '#kind', kinds: ['reply']})],
    [remove('duplicates'), {$type: '#unique'}],
    [remove('image_count', {value: '0'}), drop(not(image))],
    [remove('image_count', {value: '1'}), drop({$type: '#all', of: [image, not(images)]})],
    [remove('image_count', {value: '2+'}), drop(images)],
    [remove('language', {language: 'en', operator: '!='}), keep({$type: '#langs', langs: ['en']})],
    [remove('language', {language: 'en', operator: '=='}), drop({$type: '#langs', langs: ['en']})],
    [remove('language'), drop({$type: '#field', path: 'langs[0]', op: 'missing'})],
    [remove('embed', {value: 'post'}), drop({$type: '#embed', kinds: ['quote']})],
    [
      remove('list', {value: null, listUri: 'https://bsky.app/profile/alice.test/lists/1'}),
      drop({$type: '#author', from: {$type: '#list', uri: list}}),
    ],
    [remove('labels', {labels: ['porn']}), drop({$type: '#labels', labels: ['porn']})],
    [remove('like_count', {operator: '<', value: 10}), drop({$type: '#counts', of: 'likes', atMost: 9})],
    [remove('reply_count', {operator: '>', value: 10}), drop({$type: '#counts', of: 'replies', atLeast: 11})],
    [
      remove('repost_count', {operator: '!=', value: 1}),
      keep({$type: '#counts', of: 'reposts', atLeast: 1, atMost: 1}),
    ],
    [
      {type: 'sort', sortType: 'hn', gravity: '1.5'},
      {$type: '#sort', by: 'rank', gravity: '1.5'},
    ],
    [
      {type: 'sort', sortType: 'created_at', sortDirection: 'asc'},
      {$type: '#sort', by: 'new', ascending: true},
    ],
    [
      {type: 'limit', limitType: 'posts_per_user', count: 3},
      {$type: '#limit', perAuthor: 3},
    ],
    [
      {type: 'limit', count: 5_000},
      {$type: '#limit', count: 2_000},
    ],
  ]
  for (const [theirs, ours] of blocks) {
    test(`${JSON.stringify(theirs)} is carried over`, () =>
      assert.deepEqual(sky(theirs), {blocks: [input, ours], unmapped: []}))
  }

  test('what is removed of posts and reposts is left out where it comes from', () => {
    const own = {type: 'input', inputType: 'did', did: did('b'), collection: 'repost'}
    const {blocks, unmapped} = sky(own, remove('item', {value: 'repost'}), remove('item', {value: 'post'}))
    assert.deepEqual(blocks, [{...input, include: ['replies']}])
    assert.deepEqual(unmapped, [])
  })

  const odd: [theirs: object, said: string][] = [
    [{type: 'stash'}, 'The block "stash" cannot be carried over.'],
    [{type: 'input', inputType: 'feed'}, 'The input "feed" cannot be carried over.'],
    [
      {type: 'regex', value: 'a(?=b)'},
      'The expression "a(?=b)" is not one of RE2: invalid or unsupported Perl syntax: `(?=`.',
    ],
    [{type: 'regex', value: 'a', target: 'sound'}, 'The target "sound" cannot be carried over.'],
    [remove('item', {value: 'has_labels'}), 'To remove what is "has_labels" cannot be carried over.'],
    [remove('constructor'), 'To remove by "constructor" cannot be carried over.'],
    [remove('list', {listUri: 'https://bsky.app/profile/bob.test/lists/1'}), 'The account "bob.test" is not known.'],
    [remove('list', {listUri: 'nowhere'}), '"nowhere" is no address of a list or a starter pack.'],
    [{type: 'sort', sortType: 'score'}, 'To sort by "score" cannot be carried over.'],
  ]
  test('what does not map is said by name', () => {
    for (const [theirs, said] of odd) assert.deepEqual(sky(theirs), {blocks: [input], unmapped: [`/blocks/1 ${said}`]})
  })

  test('a record of a feed is read with its name, and what is none is none', () => {
    const record = {
      displayName: 'A feed of theirs with a long name',
      description: 'About',
      skyfeedBuilder: {blocks: [firehose, 7]},
    }
    const {manifest, unmapped} = importSkyFeed(record, context)
    assert.deepEqual([manifest?.name, manifest?.description], ['A feed of theirs with a ', 'About'])
    assert.equal(unmapped[0].path, '/skyfeedBuilder/blocks/1')
    for (const none of [null, 7, [], {}, {blocks: 7}, {skyfeedBuilder: []}]) {
      const {manifest: nothing, unmapped: why} = importSkyFeed(none, context)
      assert.deepEqual([nothing, why.length > 0], [undefined, true])
    }
  })

  test('no more expressions are looked at than twice as many as a feed may have', () => {
    const many = Array.from({length: 10_000}, () => ({type: 'regex', value: '('}))
    const {unmapped} = importSkyFeed({blocks: [firehose, ...many]}, context)
    assert.equal(unmapped.length, 100)
  })

  test('what is written is read again as it was', () => {
    const {value, unmapped} = exportSkyFeed(
      feedOf([
        {...input, from: {$type: '#tags', tags: ['a']}},
        {...input, from: {$type: '#accounts', dids: [did('b')]}, include: ['posts', 'replies'], hours: 168},
        keep({
          $type: '#all',
          of: [
            {$type: '#pattern', patterns: ['a', 'b|c'], match: 'none'},
            {$type: '#counts', of: 'likes', atLeast: 3, atMost: 9},
          ],
        }),
        drop({
          $type: '#any',
          of: [
            {$type: '#langs', langs: ['en', 'de']},
            {$type: '#words', words: ['c++'], whole: false, in: ['alt']},
          ],
        }),
        keep({$type: '#not', of: {$type: '#author', from: {$type: '#list', uri: list}}}),
        {$type: '#sort', by: 'rank'},
        {$type: '#limit', count: 9, perAuthor: 2},
        {$type: '#unique'},
      ]),
    )
    assert.deepEqual(unmapped, [])
    assert.deepEqual(short(importSkyFeed(value, context)), {
      unmapped: [],
      blocks: [
        {...input, from: {$type: '#tags', tags: ['a']}},
        {...input, from: {$type: '#accounts', dids: [did('b')]}, include: ['posts', 'replies'], hours: 168},
        drop({$type: '#pattern', patterns: ['(?:a)|(?:b|c)'], in: ['text']}),
        drop({$type: '#counts', of: 'likes', atMost: 2}),
        drop({$type: '#counts', of: 'likes', atLeast: 10}),
        drop({$type: '#langs', langs: ['en']}),
        drop({$type: '#langs', langs: ['de']}),
        drop({$type: '#pattern', patterns: ['c\\+\\+'], in: ['alt']}),
        drop({$type: '#author', from: {$type: '#list', uri: list}}),
        {$type: '#sort', by: 'rank', gravity: '1.8'},
        {$type: '#limit', perAuthor: 2},
        {$type: '#limit', count: 9},
        {$type: '#unique'},
      ],
    })
  })

  test('what it has no word for is named when it is written', () => {
    const feed = feedOf([input, keep({$type: '#hashtags', tags: ['a']}), {$type: '#sort', by: 'blend'}], {pinned: []})
    assert.deepEqual(said(exportSkyFeed(feed)), [
      '/blocks/1 To keep by "hashtags" as it stands here has no counterpart in SkyFeed.',
      '/blocks/2 To sort by "blend" has no counterpart in SkyFeed.',
      '/pinned What is pinned has no counterpart in SkyFeed.',
    ])
  })
})

const said = ({unmapped}: Exported): string[] => unmapped.map(({path, text}) => `${path} ${text}`)

suite('Graze', () => {
  const whole = {$type: '#input', from: {$type: '#network'}}

  const nodes: [theirs: object, ours: object][] = [
    [{regex_matches: ['text', '\\bthe\\b']}, {$type: '#pattern', patterns: ['\\bthe\\b'], in: ['text']}],
    [
      {regex_negation_matches: [{var: 'text'}, 'a', false]},
      {$type: '#pattern', patterns: ['a'], in: ['text'], match: 'none', matchCase: true},
    ],
    [{regex_any: ['text', ['cat', 'dog'], true, false]}, words()],
    [{regex_none: ['text', ['cat', 'dog']]}, words({match: 'none'})],
    [
      {regex_any: ['embed.images[*].alt', ['cats?'], true, false]},
      {$type: '#pattern', patterns: ['\\b(?:cats?)\\b'], in: ['alt']},
    ],
    [
      {regex_any: ['embed.external.title', ['cats?'], true, true]},
      {$type: '#pattern', patterns: ['cats?'], in: ['card']},
    ],
    [{embed_type: ['==', 'image_group']}, {$type: '#embed', kinds: ['images']}],
    [{embed_type: ['!=', 'post']}, {$type: '#embed', kinds: ['quote'], match: 'none'}],
    [{post_type: ['not_in', ['reply']]}, {$type: '#kind', kinds: ['reply'], match: 'none'}],
    [{entity_matches: ['langs', ['en', 'es']]}, {$type: '#langs', langs: ['en', 'es']}],
    [{entity_matches: ['mentions', ['@Alice.test']]}, {$type: '#mentions', dids: [did('a')]}],
    [{entity_excludes: ['domains', ['example.com']]}, {$type: '#domains', domains: ['example.com'], match: 'none'}],
    [{entity_matches: ['urls', ['a.b/c']]}, {$type: '#words', words: ['a.b/c'], in: ['links'], whole: false}],
    [{social_graph: ['alice.test', 'in', 'followers']}, author({$type: '#followers', did: did('a')})],
    [{user_network: [did('b'), 'not_in', 'follows']}, {$type: '#not', of: author({$type: '#follows', did: did('b')})}],
    [{list_member: ['https://bsky.app/profile/alice.test/lists/1', 'in']}, author({$type: '#list', uri: list})],
    [
      {starter_pack_member: ['https://bsky.app/starter-pack/alice.test/1', 'in']},
      author({$type: '#starterPack', uri: pack}),
    ],
    [{social_list: [[did('a'), did('b')], 'in']}, author({$type: '#accounts', dids: [did('a'), did('b')]})],
    [
      {attribute_compare: ['embed.video.size', '>=', 100]},
      {$type: '#field', path: 'embed.video.size', op: 'atLeast', values: ['100']},
    ],
    [{attribute_compare: ['reply', '==', null]}, {$type: '#field', path: 'reply', op: 'missing'}],
    [
      {or: [{embed_type: ['==', 'gif']}, {embed_type: ['==', 'video']}], metadata: {}},
      {
        $type: '#any',
        of: [
          {$type: '#embed', kinds: ['gif']},
          {$type: '#embed', kinds: ['video']},
        ],
      },
    ],
  ]
  for (const [theirs, ours] of nodes) {
    test(`${JSON.stringify(theirs)} is carried over`, () =>
      assert.deepEqual(graze(theirs), {blocks: [whole, keep(ours)], unmapped: []}))
  }

  test('what does not map is said by name, and the rest is a feed', () => {
    const {blocks, unmapped} = graze(
      {regex_any: ['text', ['cat', 'dog']]},
      {text_similarity: ['text', {anchor_text: 'a', model_name: 'b'}, '>=', 0.3]},
      {regex_matches: ['hydrated_metadata.user.handle', 'a']},
      {attribute_compare: ['hydrated_metadata.user.handle', '==', 'a']},
      {attribute_compare: ['embed.video.size', '>=', '$MIN_SIZE']},
      {social_graph: ['bob.test', 'in', 'followers']},
      {},
    )
    assert.deepEqual(blocks, [whole, keep(words())])
    assert.deepEqual(unmapped, [
      '/filter/and/1/text_similarity "text_similarity" cannot be carried over.',
      '/filter/and/2/regex_matches To look in "hydrated_metadata.user.handle" cannot be carried over.',
      '/filter/and/3/attribute_compare The field "hydrated_metadata.user.handle", which is not in the record, cannot be carried over.',
      '/filter/and/4/attribute_compare A parameter in "attribute_compare" cannot be carried over.',
      '/filter/and/5/social_graph The account "bob.test" is not known.',
      '/filter/and/6/ An empty condition cannot be carried over.',
    ])
  })

  test('a feed of nothing that maps is none, rather than one of everything', () => {
    let deep: object = {regex_any: ['text', ['a']]}
    for (let i = 0; i < 10_000; i++) deep = {and: [deep]}
    const models = {filter: {and: [{topic_analysis: ['Gaming', '>=', 0.5]}]}, models: [{}]}
    for (const none of [null, [], {filter: 7}, {filter: {and: []}}, {filter: deep}, models]) {
      const {manifest, unmapped} = importGraze(none, 'A', context)
      assert.equal(manifest, undefined)
      assert.equal(unmapped.at(-1)!.text, 'Nothing is left of the filter: the feed would have every post.')
    }
  })

  test('what is written is read again as it was', () => {
    const {value, unmapped} = exportGraze(
      feedOf([
        {$type: '#input', from: {$type: '#list', uri: list}, include: ['posts']},
        {$type: '#input', from: {$type: '#tags', tags: ['a']}},
        keep({$type: '#all', of: [words(), {$type: '#pattern', patterns: ['a+'], match: 'none', matchCase: true}]}),
        drop({
          $type: '#all',
          of: [
            {$type: '#hashtags', tags: ['x']},
            {$type: '#embed', kinds: ['video', 'gif']},
          ],
        }),
        drop({$type: '#field', path: 'a', op: 'less', values: ['3']}),
        keep({$type: '#langs', langs: ['en', 'de'], match: 'all'}),
      ]),
    )
    assert.deepEqual(unmapped, [])
    assert.deepEqual(short(importGraze(value, 'A', context)), {
      unmapped: [],
      blocks: [
        whole,
        keep({
          $type: '#all',
          of: [
            {
              $type: '#any',
              of: [
                {
                  $type: '#all',
                  of: [author({$type: '#list', uri: list}), {$type: '#kind', kinds: ['reply'], match: 'none'}],
                },
                {$type: '#hashtags', tags: ['a']},
              ],
            },
            {
              $type: '#all',
              of: [words(), {$type: '#pattern', patterns: ['a+'], in: ['text'], match: 'none', matchCase: true}],
            },
            {
              $type: '#any',
              of: [
                {$type: '#hashtags', tags: ['x'], match: 'none'},
                {$type: '#all', of: [video('video'), video('gif')]},
              ],
            },
            {$type: '#field', path: 'a', op: 'atLeast', values: ['3']},
            {
              $type: '#all',
              of: [
                {$type: '#langs', langs: ['en']},
                {$type: '#langs', langs: ['de']},
              ],
            },
          ],
        }),
      ],
    })
  })

  test('what it has no word for is named when it is written', () => {
    const feed = feedOf([
      input,
      drop({$type: '#langs', langs: ['en']}),
      keep({$type: '#counts', of: 'likes', atLeast: 1}),
      {$type: '#sort', by: 'new'},
    ])
    assert.deepEqual(said(exportGraze(feed)), [
      '/blocks/1 To leave out by "langs" as it stands here has no counterpart in Graze.',
      '/blocks/2 To ask by "counts" as it stands here has no counterpart in Graze.',
      '/blocks/3 The block "sort" has no counterpart in Graze.',
    ])
  })
})
