import assert from 'node:assert/strict'
import {test} from 'node:test'
import {placeNames, postFactsOf, type PostFacts} from './post-facts.ts'

const facts = (record: unknown): PostFacts =>
  postFactsOf({uri: 'at://did:plc:a/app.bsky.feed.post/1', author: 'did:plc:a', timeMs: 5, record})
const link = (uri: string): object => ({features: [{$type: 'app.bsky.richtext.facet#link', uri}]})
const record = (uri: string): object => ({$type: 'app.bsky.embed.record', record: {uri, cid: 'c'}})
const images = (...alts: string[]): object => ({$type: 'app.bsky.embed.images', images: alts.map(alt => ({alt}))})
const external = (uri: string): object => ({
  $type: 'app.bsky.embed.external',
  external: {uri, title: 'A title', description: 'and more'},
})

test('a post is read into what feeds ask of it', () => {
  const post = facts({
    text: 'Cafe\u0301',
    tags: ['#Straße', 'ＡＢＣ'],
    facets: [
      {features: [{tag: 'KATZE'}, {did: 'did:plc:b'}, {uri: 'https://user@WWW.Example.org:80/x'}]},
      {features: [{tag: 'katze'}]},
      link('http://münchen.example/'),
      link('ftp://files.example/'),
    ],
    langs: ['pt-BR'],
    labels: {values: [{val: 'porn'}]},
    reply: {},
    embed: images('one', 'two'),
  })
  assert.deepEqual(
    {...post, record: undefined, places: Object.fromEntries(placeNames.map((n, i) => [n, post.places[i]]))},
    {
      uri: 'at://did:plc:a/app.bsky.feed.post/1',
      author: 'did:plc:a',
      timeMs: 5,
      record: undefined,
      places: {
        text: 'Café',
        alt: 'one\ntwo',
        links: 'https://user@WWW.Example.org:80/x\nhttp://münchen.example/\nftp://files.example/',
        card: '',
      },
      hashtags: ['straße', 'ａｂｃ', 'katze'],
      mentions: ['did:plc:b'],
      domains: ['www.example.org', 'xn--mnchen-3ya.example'],
      langs: ['pt-br'],
      labels: ['porn'],
      embeds: ['image', 'images'],
      isReply: true,
    },
  )
})

test('what is attached has a kind', () => {
  const kinds: [unknown, string][] = [
    [undefined, ''],
    [images('a'), 'image'],
    [images(), ''],
    [{$type: 'app.bsky.embed.gallery', items: [{alt: 'a'}, {alt: 'b'}]}, 'image images'],
    [{$type: 'app.bsky.embed.video', alt: 'a'}, 'video'],
    [{$type: 'app.bsky.embed.video', presentation: 'gif'}, 'gif'],
    [external('https://example.org'), 'link'],
    [external('https://media.tenor.com/x.gif'), 'gif'],
    [record('at://did:plc:a/app.bsky.feed.post/1'), 'quote'],
    [record('at://did:plc:a/app.bsky.graph.list/1'), 'list'],
    [record('at://did:plc:a/app.bsky.feed.generator/1'), 'feed'],
    [record('at://did:plc:a/app.bsky.graph.starterpack/1'), 'starterPack'],
    [record('at://did:plc:a/constructor/1'), 'other'],
    [
      {$type: 'app.bsky.embed.recordWithMedia', record: record('at://a/app.bsky.feed.post/1'), media: images('a')},
      'quote image',
    ],
    [{$type: 'com.example.embed'}, 'other'],
  ]
  for (const [embed, kind] of kinds) assert.equal(facts({embed}).embeds.join(' '), kind, JSON.stringify(embed))
  const {places, domains} = facts({embed: external('https://example.org/a')})
  assert.deepEqual([places[3], places[2], domains], ['A title\nand more', 'https://example.org/a', ['example.org']])
})

test('a record that is not as its lexicon has it is read as far as it goes', () => {
  const ring: Record<string, unknown> = {$type: 'app.bsky.embed.recordWithMedia'}
  ring.media = ring
  for (const odd of [
    undefined,
    null,
    7,
    'x',
    [],
    {text: 7, tags: 'a', facets: {}, langs: [7], labels: [], embed: 'x'},
    {embed: ring},
  ]) {
    assert.deepEqual([facts(odd).hashtags, facts(odd).places[0]], [[], ''])
  }
  const huge = facts({
    text: 'x'.repeat(1e6),
    tags: Array(1e5).fill('a'),
    embed: images(...Array(1e4).fill('y'.repeat(1e4))),
  })
  assert.ok(huge.places.every(text => text.length <= 10_000))
  assert.deepEqual(huge.hashtags, ['a'])
})
