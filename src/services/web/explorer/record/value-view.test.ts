import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {toText} from '#pages/html.ts'
import {valueView} from './value-view.ts'

const pageOf = (value: Value): string => toText(valueView(value, 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'))

test('a value of a million members is shown as far as there is room, and says what is left out', () => {
  const list = Array.from({length: 1_000_000}, (_, i) => i)
  const map = Object.fromEntries(list.map(i => [`k${i}`, i]))
  for (const value of [list, map]) {
    const page = pageOf(value)
    assert.ok(page.length < 1_000_000, `${page.length}`)
    assert.match(page, /… 99\d,?\d{3} more, cut/)
  }
})

test('a long text and a long name are cut, and lead nowhere', () => {
  const long = 'a'.repeat(2_000_000)
  const page = pageOf({[long]: 1, text: long, link: `https://a.test/${long}`, uri: `at://${long}`})
  assert.ok(page.length < 200_000, `${page.length}`)
  assert.match(page, /2000000 characters in all/)
  assert.ok(!page.includes('href'))
})

test('a value reads as JSON does, line by line', () => {
  const value = {text: 'a "b"', list: [1, [], {}, [null, true]], map: {}, deep: {x: -1.5}}
  const plain = pageOf(value)
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
  assert.equal(plain, JSON.stringify(value, undefined, 2))
})

test('what names something leads to it, and nothing else does', () => {
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
  const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
  const cases: [text: string, href: string | undefined][] = [
    [did, `/explore/${did}`],
    [`at://${did}/app.bsky.feed.post/3k`, `/explore/${did}/app.bsky.feed.post/3k`],
    ['https://example.com/?a&b', 'https://example.com/?a&amp;b'],
    [cid, `/explore/-/cid/${cid}`],
    ['did:', undefined],
    ['at://', undefined],
    ['https:// x', undefined],
    ['javascript:alert(1)', undefined],
    ['just words', undefined],
  ]
  for (const [text, href] of cases) assert.equal(/href="([^"]*)"/.exec(pageOf(text))?.[1], href, text)
})

test('bytes and links are shown by what they are, and long bytes cut', () => {
  assert.match(pageOf(Uint8Array.of(1, 2, 3)), /"\$bytes"<\/span>: <span class="x-text">"AQID"/)
  assert.match(pageOf(new Uint8Array(10_000)), /… 10000 bytes in all/)
})

test('a value that nests without end is cut where it is too deep to read', () => {
  let deep: Value = 1
  for (let i = 0; i < 200; i++) deep = [deep]
  assert.match(pageOf(deep), /… cut/)
})
