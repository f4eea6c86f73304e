/** The JSON spelling of the data model: the published vectors, and each way in which JSON can fail to be data. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {suite, test} from 'node:test'
import {Malformed} from '#std/malformed.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {encodeCbor} from './cbor-encode.ts'
import {Cid, cidOf, codecs, parseCid} from './cid.ts'
import {jsonLimits, jsonToValue, jsonToValueLenient, parseJson, valueToJson} from './json.ts'
import type {Value, ValueMap} from './value.ts'

const link = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'

const refuses = (reason: string, act: () => unknown): void =>
  assert.throws(act, (error: unknown) => error instanceof Malformed && error.reason === reason)

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)

suite('published vectors', () => {
  const cases = (file: string): {note: string; json: unknown}[] =>
    JSON.parse(readFileSync(vector(`interop/data-model/${file}`), 'utf8')) as ReturnType<typeof cases>

  test('every valid value is read, and survives', needVectors, () => {
    for (const {note, json} of cases('data-model-valid.json')) {
      const value = parseJson(JSON.stringify(json))
      assert.deepEqual(valueToJson(value), json, note)
      assert.ok(encodeCbor(value).length > 0, note)
    }
  })

  test('every invalid value is refused', needVectors, () => {
    for (const {note, json} of cases('data-model-invalid.json')) {
      assert.throws(() => parseJson(JSON.stringify(json)), Malformed, note)
    }
  })
})

suite('from JSON', () => {
  test('links become CIDs and bytes become bytes', () => {
    const value = parseJson(`{"l": {"$link": "${link}"}, "b": {"$bytes": "AQI"}, "c": {"$bytes": "AQI="}}`)
    assert.ok(value.l instanceof Cid)
    assert.equal(value.l.toString(), link)
    assert.deepEqual(value.b, new Uint8Array([1, 2]))
    assert.deepEqual(value.c, value.b)
    assert.deepEqual(valueToJson(value), {l: {$link: link}, b: {$bytes: 'AQI'}, c: {$bytes: 'AQI'}})
  })

  test('blobs are checked; the form before 2023 is a plain map', () => {
    const raw = cidOf(codecs.raw, new Uint8Array(1)).toString()
    const blob = {$type: 'blob', ref: {$link: raw}, mimeType: 'image/png', size: 10}
    assert.deepEqual((jsonToValue(blob) as ValueMap).ref, parseCid(raw))
    for (const size of [0, -1]) assert.ok(jsonToValue({...blob, size}))
    refuses('bad-blob', () => jsonToValue({...blob, size: -2}))
    refuses('bad-blob', () => jsonToValue({...blob, size: undefined}))
    refuses('bad-blob', () => jsonToValue({...blob, ref: raw}))
    // Of the codec of records, which no blob is.
    refuses('bad-blob', () => jsonToValue({...blob, ref: {$link: link}}))
    assert.deepEqual((jsonToValueLenient({...blob, ref: {$link: link}}) as ValueMap).ref, parseCid(link))
    refuses('bad-blob', () => jsonToValue({...blob, mimeType: ''}))
    refuses('not-an-integer', () => jsonToValue({...blob, size: 1.5}))
    const legacy = {cid: link, mimeType: 'image/png'}
    assert.deepEqual(jsonToValue(legacy), legacy)
  })

  test('what is not data is refused', () => {
    const refused: [reason: string, json: unknown][] = [
      ['not-an-integer', 1.5],
      ['not-an-integer', 1e300],
      ['not-an-integer', 2 ** 53],
      ['not-an-integer', NaN],
      ['bad-utf8', '\ud800'],
      ['bad-utf8', {'\udc00': 1}],
      ['bad-link', {$link: link.toUpperCase()}],
      ['bad-link', {$link: null}],
      ['bad-link', {$link: link, $bytes: ''}],
      ['bad-bytes', {$bytes: 'A'}],
      ['bad-bytes', {$bytes: '!!!!'}],
      ['bad-bytes', {$bytes: 'AQ', x: 1}],
      ['bad-type', {$type: ''}],
      ['bad-type', {$type: {a: 1}}],
      ['not-json', undefined],
      ['not-json', 1n],
      ['not-json', () => 1],
    ]
    for (const [reason, json] of refused) {
      refuses(reason, () => jsonToValue(json))
      refuses(reason, () => jsonToValue({a: [{b: json}, 1, json]}))
    }
  })

  test('members that are undefined are left out, and __proto__ is a member', () => {
    assert.deepEqual(jsonToValue({a: undefined, b: 1}), {b: 1})
    const value = parseJson('{"__proto__": {"$link": "' + link + '"}}')
    assert.equal(Object.getPrototypeOf(value), Object.prototype)
    assert.ok(value.__proto__ instanceof Cid)
    assert.equal(JSON.stringify(valueToJson(value)), `{"__proto__":{"$link":"${link}"}}`)
  })

  test('text must be JSON with an object at its top, and not beyond the limits', () => {
    refuses('syntax', () => parseJson('{'))
    refuses('syntax', () => parseJson(''))
    for (const text of ['1', '"a"', '[]', 'null', `{"$link":"${link}"}`, '{"$bytes":""}']) {
      refuses('not-an-object', () => parseJson(text))
    }
    refuses('too-big', () => parseJson(`{"a":"${'x'.repeat(jsonLimits.sizeMax)}"}`))
    assert.ok(parseJson(nested(jsonLimits.depthMax)))
    refuses('too-deep', () => parseJson(nested(jsonLimits.depthMax + 1)))
    refuses('too-deep', () => parseJson('{"a":' + '['.repeat(500_000) + ']'.repeat(500_000) + '}'))
  })

  test('a number spelt with a fraction of zero is an integer, and −0 is 0', () => {
    assert.deepEqual(parseJson('{"a": 1.0, "b": -0, "c": 1e3}'), {a: 1, b: 0, c: 1000})
    assert.ok(Object.is(parseJson('{"b": -0}').b, 0))
  })
})

test('lenient reading keeps what it cannot make sense of', () => {
  const odd = {
    float: 1.5,
    link: {$link: 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR'},
    bytes: {$bytes: '!', x: 1},
    blob: {$type: 'blob', ref: 'x'},
    type: {$type: ''},
  }
  assert.deepEqual(jsonToValueLenient(odd), odd)
  assert.deepEqual(jsonToValueLenient({$link: link}), parseCid(link))
  assert.equal(jsonToValueLenient('\ud800'), '\ufffd')
  refuses('not-an-integer', () => jsonToValueLenient(Infinity))
  const deep: Value[] = []
  deep.push(deep)
  refuses('too-deep', () => jsonToValueLenient(deep))
})
