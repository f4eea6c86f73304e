import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type AppBskyRichtextFacet, RichText as OfficialRichText} from '@atproto/api'
import type {Did} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import {isUri} from '#atp/syntax/uri.ts'
import {facet as facetSchema, type Facet} from '#lex/gen/app/bsky/richtext/facet.ts'
import {toUtf8} from '#std/text.ts'
import {runSeed, seeded} from '../../test/random.ts'
import {detectFacets, findings} from './facets.ts'
import {deleteText, detectRichText, insertText, richText, type RichText, segments} from './richtext.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const resolve = async () => did

type OfficialFacet = AppBskyRichtextFacet.Main
/** What a facet says, in one line: `2-9 tag:bsky`. */
const said = ({index, features}: Facet | OfficialFacet): string =>
  `${index.byteStart}-${index.byteEnd} ${features
    .map(feature =>
      'uri' in feature
        ? `link:${feature.uri}`
        : 'tag' in feature
          ? `tag:${feature.tag}`
          : `mention:${(feature as {did: string}).did}`,
    )
    .join()}`

/** What the official package finds, but for the few places where it breaks its own lexicon. */
function officialFacets(text: string): string[] {
  const official = new OfficialRichText({text})
  official.detectFacetsWithoutResolution()
  return (official.facets ?? [])
    .filter(({features: [feature]}) => {
      if ('uri' in feature) return isUri(feature.uri as string) && (feature.uri as string).includes('://')
      return 'tag' in feature || isHandle((feature as {did: string}).did)
    })
    .map(facet => said(facet).replace(/mention:.*/, `mention:${did}`))
}

test('mentions, links, tags and cashtags, each with its bytes', async () => {
  const text = 'Hé @alice.example.com! See https://example.com/a(b), or example.com. #ütf-8 ($tsla)'
  const facets = await detectFacets(text, resolve)
  assert.deepEqual(facets.map(said), [
    `4-22 mention:${did}`,
    '28-52 link:https://example.com/a(b)',
    '57-68 link:https://example.com',
    '70-77 tag:ütf-8',
    '79-84 tag:$TSLA',
  ])
  for (const facet of facets) assert.equal(facetSchema.check(facet), undefined)
})

const texts = [
  'no facet',
  '@handle.com start, and @handle.com.',
  'parentheses (@handle.com) (example.com) (https://example.com/(x))',
  '👨‍👩‍👧‍👧 @handle.com 👨‍👩‍👧‍👧 #tag👨‍👩‍👧‍👧',
  'not@right and not.a.tld and start.middle.end and name.ts',
  'https://foo.com https://foo.com/bar?baz=bux#frag, https://foo.com! https://foo.com?',
  'line\nexample.com\nhttp://example.com\n@bob.test',
  '# no #1 #1a #a1 #a#b #tag! #tag?! #!? #️⃣ ##double ＃wide #under_score #thisisa64characterstring_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  `#${'x'.repeat(64)} #${'x'.repeat(65)} #${'é'.repeat(64)} #${'👨‍👩‍👧‍👧'.repeat(30)}`,
  '$AAPL $aapl $TOOLONG $1 $A. ($BRK) $A$B',
  'HTTPS://EXAMPLE.COM EXAMPLE.COM Example.com',
  'a\u200b#hidden #\u200b #a\u200bb',
  '',
]

test('the official RichText finds the same', async () => {
  for (const text of texts) {
    assert.deepEqual((await detectFacets(text, resolve)).map(said), officialFacets(text), text)
  }
})

test('a mention of nobody is no facet, and nobody is asked for twice', async () => {
  const asked: string[] = []
  const facets = await detectFacets('@a.com @b.com @a.com @c.com', async handle => {
    asked.push(handle)
    if (handle === 'c.com') throw new Error('down')
    return handle === 'a.com' ? did : undefined
  })
  assert.deepEqual(facets.map(said), [`0-6 mention:${did}`, `14-20 mention:${did}`])
  assert.deepEqual(asked, ['a.com', 'b.com', 'c.com'])
})

test('a domain that begins with http is linked by https all the same', async () => {
  const [found] = findings('httpbin.org')
  assert.deepEqual(found.what, {link: 'https://httpbin.org'})
})

const tag = (byteStart: number, byteEnd: number, name = 'x'): Facet => ({
  index: {byteStart, byteEnd},
  features: [{$type: 'app.bsky.richtext.facet#tag', tag: name}],
})
const shown = (rich: RichText) => segments(rich).map(({text, facet}) => (facet ? `[${text}]` : text))

test('segments are the text in pieces; facets out of bounds or in each other’s way are left out', () => {
  assert.deepEqual(shown(richText('one two three', [tag(8, 13), tag(0, 3)])), ['[one]', ' two ', '[three]'])
  assert.deepEqual(shown(richText('one two', [tag(0, 5), tag(3, 7), tag(4, 100), tag(6, 2)])), ['[one t]', 'wo'])
  assert.deepEqual(shown(richText('a   b', [tag(1, 4)])), ['a', '   ', 'b'])
  assert.deepEqual(shown(richText('')), [''])
  assert.deepEqual(shown(richText('é', [tag(0, 1)])), ['[\ufffd]', '\ufffd'])
})

test('inserting and deleting keep facets around their words', () => {
  const rich = richText('hello world', [tag(6, 11)])
  assert.deepEqual(shown(insertText(rich, 6, 'big é ')), ['hello big é ', '[world]'])
  assert.deepEqual(shown(insertText(rich, 8, 'é')), ['hello ', '[woérld]'])
  assert.deepEqual(shown(insertText(rich, 11, '!')), ['hello ', '[world]', '!'])
  assert.deepEqual(shown(deleteText(rich, 0, 6)), ['[world]'])
  assert.deepEqual(shown(deleteText(rich, 4, 8)), ['hell', '[rld]'])
  assert.deepEqual(shown(deleteText(rich, 9, 11)), ['hello ', '[wor]'])
  assert.deepEqual(shown(deleteText(rich, 5, 11)), ['hello'])
  assert.deepEqual(shown(rich), ['hello ', '[world]'])
})

test('a text is made rich in one go', async () => {
  const rich = await detectRichText('hi @a.com', resolve)
  assert.deepEqual(shown(rich), ['hi ', '[@a.com]'])
})

// Against the official package, over texts made by chance.

const seed = runSeed
const random = seeded(seed)
const draw = (below: number): number => Math.floor(random() * below)
const pick = <T>(from: readonly T[]): T => from[draw(from.length)]

const scraps = [
  ...'aZ1._-!?,;:)("\'é字 \n\t#$@/',
  '👨‍👩‍👧‍👧',
  '\u200b',
  '\ufe0f',
  '＃',
  'e\u0301',
  '\u2019',
  '@alice.com',
  'bob.test',
  'https://',
  'example.com',
  '.org',
  '$TSLA',
  '#tag',
  '#',
  'http',
  '://',
  'x.io/path?q=1',
  '\r\n',
  '\u00ad',
  '\ud83d\udc68',
]
const anyText = (): string => Array.from({length: draw(14)}, () => pick(scraps)).join('')

test('for any text the official RichText finds the same', async () => {
  for (let i = 0; i < 2000; i++) {
    const text = anyText()
    // Its links to domains that begin with "http" lack their scheme.
    if (/(^|[\s(])http[a-z0-9]*\./i.test(text)) continue
    assert.deepEqual(
      (await detectFacets(text, resolve)).map(said),
      officialFacets(text),
      `SEED=${seed} ${JSON.stringify(text)}`,
    )
  }
})

test('for any edit the official RichText gives the same', () => {
  for (let i = 0; i < 2000; i++) {
    const text = anyText()
    const size = toUtf8(text).length
    const facets = Array.from({length: draw(4)}, () => {
      const [start, end] = [draw(size + 1), draw(size + 1)].toSorted((a, b) => a - b)
      return tag(start, end, `${draw(100)}`)
    })
    const official = new OfficialRichText({text, facets: structuredClone(facets) as OfficialFacet[]})
    let ours = richText(text, facets)
    // Its insertion counts UTF-16 units, so the two agree on ASCII only.
    const at = draw(size + 1)
    official.insert(at, 'new')
    ours = insertText(ours, at, 'new')
    const [start, end] = [draw(size + 4), draw(size + 4)].toSorted((a, b) => a - b)
    official.delete(start, end)
    ours = deleteText(ours, start, end)
    const where = `SEED=${seed} ${JSON.stringify({text, facets, at, start, end})}`
    assert.equal(ours.text, official.text, where)
    assert.deepEqual(ours.facets.map(said), (official.facets ?? []).map(said), where)
  }
})

test('for any text and facets, the segments joined are the text', () => {
  for (let i = 0; i < 500; i++) {
    const text = anyText()
    const size = toUtf8(text).length
    const bounds = Array.from(text, (_, at) => toUtf8(Array.from(text).slice(0, at).join('')).length)
    const facets = Array.from({length: draw(4)}, () => tag(pick([0, size, ...bounds]), pick([0, size, ...bounds])))
    const rich = richText(text, facets)
    const joined = segments(rich)
      .map(segment => segment.text)
      .join('')
    assert.equal(joined, text, `SEED=${seed}`)
  }
})

test('long hostile texts take a moment', async () => {
  const hostile = [
    '#'.repeat(1e5),
    `#a${'!'.repeat(1e5)}b`,
    'a.'.repeat(5e4),
    `@${'a-'.repeat(5e4)}`,
    '$A '.repeat(3e4),
  ]
  for (const text of [...hostile, '(('.repeat(5e4), `http://${'('.repeat(1e5)}`, `#${'1'.repeat(1e5)}`]) {
    await detectFacets(text, resolve)
  }
})
