/** One shape of CID and no other, in bytes and in text. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Malformed} from '#std/malformed.ts'
import {asBuffer} from '../../../test/buffers.ts'
import {concatBytes, fromHex} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {sha256} from '../crypto/engine.ts'
import {
  Cid,
  cidFromBytes,
  cidFromText,
  cidOf,
  cidOfDigest,
  codecs,
  foreignCidText,
  isCid,
  isCidBytes,
  namesBlock,
  parseCid,
} from './cid.ts'

const block = toUtf8('some block')
const cid = cidOf(codecs.cbor, block)

test('a CID is a codec and a hash, and the same in bytes and in text', () => {
  assert.equal(cid.codec, codecs.cbor)
  assert.deepEqual(new Uint8Array(cid.digest), sha256(block))
  assert.equal(cid.toString().length, 59)
  assert.ok(cid.toString().startsWith('bafyrei'))
  assert.ok(cidOf(codecs.raw, block).toString().startsWith('bafkrei'))
  assert.deepEqual(parseCid(cid.toString()).bytes, cid.bytes)
  assert.deepEqual(cidFromBytes(cid.bytes), cid)
  for (const codec of [codecs.cbor, codecs.raw])
    assert.deepEqual(cidOfDigest(codec, sha256(block)), cidOf(codec, block))
  assert.deepEqual(JSON.parse(JSON.stringify({cid})), {cid: {$link: cid.toString()}})
})

test('equality is of bytes, and so is the key', () => {
  const same = parseCid(cid.toString())
  const other = cidOf(codecs.raw, block)
  assert.ok(cid.equals(same))
  assert.equal(cid.key, same.key)
  assert.ok(!cid.equals(other))
  assert.notEqual(cid.key, other.key)
  for (const none of [null, undefined]) assert.ok(!cid.equals(none))
})

test('a block is what its CID names', () => {
  assert.ok(namesBlock(cid, block))
  assert.ok(!namesBlock(cid, toUtf8('another')))
})

test('a detached CID lets go of what it was read from', () => {
  const frame = concatBytes([new Uint8Array(1000), cid.bytes])
  const held = cidFromBytes(frame.subarray(1000))
  assert.equal(held.bytes.buffer, frame.buffer)
  assert.equal(held.detached().bytes.buffer.byteLength, 36)
  assert.ok(held.detached().equals(cid))
  const detached = held.detached()
  assert.equal(detached.detached(), detached)
})

test('a CID detached from a Buffer does not change with it', () => {
  const frame = asBuffer(cid.bytes)
  const held = cidFromBytes(frame).detached()
  frame.fill(0)
  assert.ok(held.equals(cid))
})

test('every other shape is refused', () => {
  const text = cid.toString()
  const texts = [
    '',
    'b',
    text.slice(1),
    text + 'a',
    text.slice(0, -1),
    text.toUpperCase(),
    'z' + text.slice(1),
    text.slice(0, -1) + '1',
  ]
  // The last letter holds two bits of the hash and three that must be zero.
  texts.push(text.slice(0, -1) + 'b', 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR', 'b' + 'a'.repeat(1_000_000))
  for (const bad of texts) {
    assert.equal(cidFromText(bad), undefined)
    assert.ok(!isCid(bad))
    assert.throws(() => parseCid(bad), Malformed)
  }
  for (const [at, byte] of [
    [0, 2],
    [1, 0x70],
    [2, 0x13],
    [3, 31],
  ]) {
    const bad = cid.bytes.slice()
    bad[at] = byte
    assert.ok(!isCidBytes(bad))
    assert.throws(() => cidFromBytes(bad), Malformed)
  }
  assert.throws(() => cidFromBytes(new Uint8Array(37)), Malformed)
  assert.ok(!isCidBytes(cid.bytes, 1))
})

/** Version 1, dag-pb, and a hash of no known kind. */
const longest = (size: number): Uint8Array => Uint8Array.of(1, 0x70, 0, size - 4, ...new Uint8Array(size - 4))

test('CIDs of other shapes have a text, for lenient readers', () => {
  const zeros = new Uint8Array(32)
  const prefixed = (prefix: string): string | undefined => foreignCidText(concatBytes([fromHex(prefix)!, zeros]))
  assert.equal(prefixed('1220'), 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51')
  assert.ok(prefixed('01701220')?.startsWith('bafybei'))
  assert.ok(prefixed('01b2011220')?.startsWith('b'))
  for (const bad of ['', '00701220', '0170121f', '01701221', '018070', '02701220'])
    assert.equal(prefixed(bad), undefined)
  assert.ok(foreignCidText(longest(100))?.startsWith('b'))
  assert.equal(foreignCidText(longest(101)), undefined)
  assert.ok(new Cid(cid.bytes).equals(cid))
})
