/** What the published vectors leave open: caps, parts, and forms read back. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {formatAtUri, isAtUri, parseAtUri} from './at-uri.ts'
import {toBase32} from '#std/encoding/base32.ts'
import {toBase58} from '#std/encoding/base58.ts'
import {cidOf, codecs} from '../data/cid.ts'
import {isDecodableCid} from './cid-string.ts'
import {
  datetimeMs,
  datetimeOf,
  isDatetime,
  isDatetimeLenient,
  normalizeDatetime,
  parseDatetime,
  readDatetimeMs,
} from './datetime.ts'
import {didMethod, isBlessedDid, isDid, parseDid} from './did.ts'
import {invalidHandle, isDisallowedTld, isHandle, normalizeHandle, parseHandle} from './handle.ts'
import {isLanguage, isLanguageLenient} from './language.ts'
import {isNsid, nsidAuthority, nsidName, parseNsid} from './nsid.ts'
import {isRecordKey, parseRecordKey} from './record-key.ts'
import {isUri} from './uri.ts'

const label = (size: number): string => 'a'.repeat(size)

test('a refusal names the format, a reason to count by, and quotes no more than a little', () => {
  assert.throws(() => parseDid('did:x'), {format: 'did', reason: 'bad-syntax', message: /found "did:x"/})
  assert.throws(() => parseDid(`did:a:${label(2043)}`), {format: 'did', reason: 'too-long'})
  assert.throws(() => parseHandle('é'.repeat(200)), {reason: 'bad-syntax', message: /^.{1,250}$/})
})

test('the cap on each part holds, at the edge and one past it', () => {
  assert.ok(isDid(`did:a:${label(2042)}`))
  assert.ok(!isDid(`did:a:${label(2043)}`))
  assert.ok(isHandle(`${label(63)}.${label(63)}.${label(63)}.${label(61)}`))
  assert.ok(!isHandle(`${label(63)}.${label(63)}.${label(63)}.${label(62)}`))
  assert.ok(!isHandle(`a.${label(64)}`))
  const authority = `${label(63)}.${label(63)}.${label(63)}.${label(61)}`
  assert.ok(isNsid(`${authority}.${label(63)}`))
  assert.ok(!isNsid(`${authority}.${label(64)}`))
  assert.ok(!isNsid(`${label(64)}.b.c`))
  assert.ok(isRecordKey(label(512)))
  assert.ok(!isRecordKey(label(513)))
})

test('an AT-URI holds each of its parts to the cap of that part', () => {
  assert.ok(isAtUri(`at://did:a:${label(2042)}/a.b.c/${label(512)}`))
  assert.ok(!isAtUri(`at://did:a:${label(2043)}/a.b.c`))
  assert.ok(!isAtUri(`at://did:a:b/a.b.c/${label(513)}`))
  assert.ok(!isAtUri(`at://did:a:b/a.${label(64)}.c/d`))
  assert.ok(!isAtUri(`at://did:a:b/a.b.${label(64)}`))
  assert.ok(isAtUri(`at://${label(63)}.a/a.b.${label(63)}`))
  assert.ok(!isAtUri(`at://${label(64)}.a`))
  assert.ok(!isAtUri(`at://${`${label(62)}.`.repeat(4)}aaa/a.b.c`), 'a handle of 255')
  const collection = `${`${label(63)}.`.repeat(4)}${label(61)}`
  assert.ok(isAtUri(`at://a.b/${collection}/k`), 'a collection of 317')
  assert.ok(!isAtUri(`at://a.b/${collection}a/k`), 'a collection of 318')
})

test('an AT-URI comes apart and goes together again', () => {
  for (const [text, parts] of [
    ['at://did:plc:abc', {authority: 'did:plc:abc'}],
    ['at://Al.example.com/a.b.c', {authority: 'Al.example.com', collection: 'a.b.c'}],
    ['at://did:web:h%3A1/a.b.c/x:y', {authority: 'did:web:h%3A1', collection: 'a.b.c', rkey: 'x:y'}],
  ] as const) {
    const parsed = parseAtUri(text)
    assert.deepEqual(parsed, parts)
    assert.equal(formatAtUri(parsed.authority, parsed.collection, parsed.rkey), text)
  }
})

test('a hostile text of the longest length allowed costs no more than its length', () => {
  const started = performance.now()
  for (let i = 0; i < 20; i++) {
    assert.ok(!isAtUri(`at://${'a-'.repeat(4000)}`))
    assert.ok(!isAtUri(`at://did:a:${':'.repeat(8000)}`))
    assert.ok(!isAtUri(`at://a.b/${'a.'.repeat(4000)}`))
    assert.ok(!isAtUri(`at://a.b/${'a.'.repeat(4000)}-`))
    assert.ok(!isNsid(`${'a.'.repeat(157)}-`))
    assert.ok(!isHandle(`${'a--'.repeat(80)}-.`))
    assert.ok(!isUri(`${'a'.repeat(8000)} `))
    assert.ok(!isLanguage(`en${'-abcde'.repeat(20)}-é`))
    assert.ok(!isLanguage(`en${'-a-aa'.repeat(25)}-`))
  }
  // 20 rounds take about 10 ms; a check that backtracked badly would take longer than anyone waits.
  assert.ok(performance.now() - started < 2000)
})

test('a DID gives its method, and only two methods are for accounts', () => {
  assert.equal(didMethod(parseDid('did:web:example.com')), 'web')
  for (const did of ['did:plc:7iza6de2dwap2sbkpav7c6c6', 'did:web:example.com', 'did:web:localhost%3A2583']) {
    assert.ok(isBlessedDid(did), did)
  }
  for (const did of [
    'did:plc:7iza6de2dwap2sbkpav7c6c',
    'did:plc:7iza6de2dwap2sbkpav7c6c1',
    'did:plc:7IZA6DE2DWAP2SBKPAV7C6C6',
    'did:web:example.com:user',
    'did:web:-example.com',
    'did:web:xexample.com.',
    'did:web:example.com%3A443',
    'did:web:host.local',
    'did:web:com',
    'did:key:zQ3shZc2QzApp2oymGvQbzP8eKheVshBHbU4ZYjeXqwSKEn6N',
  ]) {
    assert.ok(!isBlessedDid(did), did)
  }
})

test('handles compare in lower case, and some domains are closed to them', () => {
  assert.equal(normalizeHandle(parseHandle('Alice.Example.COM')), 'alice.example.com')
  for (const handle of ['a.local', 'a.b.ONION', 'a.invalid', invalidHandle]) {
    assert.ok(isDisallowedTld(parseHandle(handle)), handle)
  }
  for (const handle of ['a.test', 'a.com', 'local.example.com'])
    assert.ok(!isDisallowedTld(parseHandle(handle)), handle)
})

test('an NSID gives the domain that governs it and its name', () => {
  assert.equal(nsidAuthority(parseNsid('app.Bsky.feed.getPosts')), 'feed.bsky.app')
  assert.equal(nsidName(parseNsid('app.bsky.feed.getPosts')), 'getPosts')
})

test('a record key may not be a path that leads elsewhere', () => {
  for (const key of ['', '.', '..', 'a/b', 'a b', 'é', 'a\n'])
    assert.throws(() => parseRecordKey(key), {reason: 'bad-syntax'})
})

test('a datetime is a moment that the calendar has', () => {
  for (const [text, valid] of [
    ['2024-02-29T00:00:00Z', true],
    ['2000-02-29T00:00:00Z', true],
    ['1900-02-29T00:00:00Z', false],
    ['2023-02-29T00:00:00Z', false],
    ['2024-02-30T00:00:00Z', false],
    ['2024-04-30T00:00:00Z', true],
    ['2024-04-31T00:00:00Z', false],
    ['2024-07-31T00:00:00Z', true],
    ['2024-08-31T00:00:00Z', true],
    ['2024-09-31T00:00:00Z', false],
    ['2016-12-31T23:59:60Z', false],
    ['2024-01-01T24:00:00Z', false],
    ['2024-01-01T00:00:00+24:00', false],
    ['2024-01-01T00:00:00-00:00', false],
    ['2024-01-01T00:00:00+00:00', true],
    ['0000-01-01T00:00:00-01:00', true],
    ['9999-12-31T23:59:59.999Z', true],
    ['9999-12-31T23:59:59-00:01', false],
    [`2024-01-01T00:00:00.${'1'.repeat(43)}Z`, true],
    [`2024-01-01T00:00:00.${'1'.repeat(44)}Z`, false],
    ['2024-01-01T00:00:00Z\n', false],
  ] as const) {
    assert.equal(isDatetime(text), valid, text)
  }
})

test('a datetime is read to the millisecond and written in the preferred form', () => {
  assert.equal(normalizeDatetime(parseDatetime('1985-04-12T23:20:50.1239999-07:00')), '1985-04-13T06:20:50.123Z')
  assert.equal(normalizeDatetime(parseDatetime('0000-01-01T00:00:00Z')), '0000-01-01T00:00:00.000Z')
  assert.equal(datetimeMs(parseDatetime('1970-01-01T00:00:01.5Z')), 1500)
  assert.equal(datetimeOf(1500), '1970-01-01T00:00:01.500Z')
  assert.throws(() => datetimeOf(Number.NaN), /Broken invariant/)
})

test('a datetime of an old record is read as the moment it means', () => {
  const ms = Date.parse('2023-04-28T20:04:59.120Z')
  const whole = Date.parse('2023-04-28T20:04:59Z')
  const minute = Date.parse('2023-04-28T20:04:00Z')
  const read: [string, number][] = [
    ['2023-04-28T20:04:59.12Z', ms],
    ['2023-04-28T20:04:59.1209', ms],
    ['2023-04-28T20:04:59,12', ms],
    ['2023-04-28T20:04:59.12+0000', ms],
    ['2023-04-28T22:34:59.12+0230', ms],
    ['2023-04-28T18:04:59-02', whole],
    ['2023-04-28T20:04:59-00:00', whole],
    ['2023-04-28T20:04:59+00:00Z', whole],
    ['2023-04-28 20:04:59 Z', whole],
    ['2023-04-28t20:04:59z', whole],
    ['2023-04-28T20:04', minute],
    ['2023-04-28T20:04Z', minute],
    ['2023-04-27T24:00:00Z', Date.parse('2023-04-28T00:00:00Z')],
    ['2023-04-28T20:03:60Z', Date.parse('2023-04-28T20:03:59Z')],
    ['2024-02-29T00:00:00', Date.parse('2024-02-29T00:00:00Z')],
  ]
  for (const [text, moment] of read) {
    assert.equal(readDatetimeMs(text), moment, text)
    assert.ok(isDatetimeLenient(text), text)
  }
  const none = ['', 'yesterday', '2023-04-28', '2023-04-31T00:00:00', '2023-02-29T00:00:00', '2023-13-01T00:00:00']
  none.push(
    '2023-04-28T25:00:00',
    '2023-04-28T24:01:00',
    '2023-04-28T20:61:00',
    '2023-04-28T20:04:59+1',
    '0000-01-01T00:00:00+01',
  )
  none.push(
    `2023-04-28T20:04:59.${'1'.repeat(60)}`,
    '2023-04-28T20:04:59.',
    '2023-04-28TT20:04:59',
    ' 2023-04-28T20:04:59',
  )
  for (const text of none) assert.equal(readDatetimeMs(text), undefined, text)
})

test('a language tag of an old record is well-formed in whatever case', () => {
  for (const text of ['en', 'JA', 'Pt-br', 'jaja', 'abcdefgh', 'de-1901-1901', 'i-default', 'X-y']) {
    assert.ok(isLanguageLenient(text), text)
  }
  for (const text of ['', 'a', 'abcdefghi', 'en_US', 'en-', '12', `en-${'a'.repeat(9)}`, `en${'-abcde'.repeat(22)}`]) {
    assert.ok(!isLanguageLenient(text), text)
  }
})

test('a CID in any multibase is one when it decodes, and no other text is', () => {
  const bytes = cidOf(codecs.cbor, new Uint8Array(3)).bytes
  const hex = Buffer.from(bytes).toString('hex')
  const base36 = BigInt(`0x${hex}`).toString(36)
  const good = [`b${toBase32(bytes)}`, `B${toBase32(bytes).toUpperCase()}`, `z${toBase58(bytes)}`]
  good.push(`f${hex}`, `F${hex.toUpperCase()}`, `k${base36}`, `K${base36.toUpperCase()}`)
  good.push(`m${Buffer.from(bytes).toString('base64')}`, `u${Buffer.from(bytes).toString('base64url')}`)
  good.push('bafybeie5gq4jxvzmsym6hjlwxej4rwdoxt7wadqvmmwbqi7r27fclha2va') // dag-pb
  good.push('zdj7WhuEjrB52m1BisYCtmjH1hSKa7yZ3jEZ9JcXaFRD51wVz')
  for (const text of good) assert.ok(isDecodableCid(text), text)
  const text = good[0]
  const bad = ['', 'b', text.slice(1), `${text}a`, text.slice(0, -1), `${text.slice(0, -1)}b`, `${text.slice(0, -2)}1a`]
  bad.push(
    `b${text.slice(1).toUpperCase()}`,
    `F${hex}`,
    `f${hex.toUpperCase()}`,
    `f02${hex.slice(2)}`,
    `f${hex}00`,
    `c${text.slice(1)}`,
    `B${text.slice(1)}`,
  )
  bad.push(
    'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR',
    `b${'a'.repeat(300)}`,
    'constructor',
    'f81000000',
    `k${base36.toUpperCase()}`,
  )
  // What the published syntax lets pass by its shape, though it holds the hash "<multihash>" of 109 bytes, cut off.
  bad.push('mBcDxtdWx0aWhhc2g+', 'z7x3CtScH765HvShXT', '7134036155352661643226414134664076')
  for (const none of bad) assert.ok(!isDecodableCid(none), none)
})

test('a language tag may not repeat a variant or an extension, but private use is free', () => {
  for (const tag of ['en-x-a-a', 'x-a-a', 'de-1901-x-1901', 'en-a-1901-b-1901', 'en-419-u-ca-ca', 'sgn-BE-FR']) {
    assert.ok(isLanguage(tag), tag)
  }
  for (const tag of ['de-1901-1901', 'sl-rozaj-biske-Rozaj', 'en-a-bb-A-bb', 'sgn-BE-FR-BE', '']) {
    assert.ok(!isLanguage(tag), tag)
  }
})

test('a URI needs a scheme and something after it', () => {
  for (const uri of ['file:///etc/hosts', 'HTTPS://x', 'mailto:a@b', 'https://exämple.org/ö', 'a+b.c-d:e']) {
    assert.ok(isUri(uri), uri)
  }
  for (const uri of [
    'http:',
    'http://',
    'http:// x',
    'a b:c',
    '1a:b',
    'a_b:c',
    'x:\u0000',
    'x:a\u00a0b',
    'x:a\u0085',
  ]) {
    assert.ok(!isUri(uri), uri)
  }
})
