import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {fromBase58} from '#std/encoding/base58.ts'
import {fromBase64} from '#std/encoding/base64.ts'
import {fromHex} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {realWorld} from '#std/world.ts'
import {runSeed, seeded} from '../../../test/random.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {formatDidKey, Keypair, parseDidKey, parseMultikey, publicKeyOf, verifySignature} from './key.ts'

interface SignatureFixture {
  comment: string
  messageBase64: string
  algorithm: 'ES256' | 'ES256K'
  publicKeyDid: string
  publicKeyMultibase: string
  signatureBase64: string
  validSignature: boolean
}
interface KeyFixture {
  privateKeyBytesHex?: string
  privateKeyBytesBase58?: string
  publicDidKey: string
}
const read = <T>(file: string): T => JSON.parse(readFileSync(vector(`interop/crypto/${file}`), 'utf8')) as T
const message = new TextEncoder().encode('a message')

test('a source that draws no key is asked eight times, and no more', () => {
  let draws = 0
  const random = (size: number): Uint8Array<ArrayBuffer> => {
    draws++
    return new Uint8Array(size).fill(0xff)
  }
  assert.throws(() => Keypair.generate('p256', random), /Broken invariant/)
  assert.equal(draws, 8)
})

test('an exported key is the caller’s own, whatever memory the key was made in', () => {
  const pool = Buffer.alloc(64, 5)
  for (const keypair of [
    Keypair.generate('k256', () => pool.subarray(8, 40)),
    Keypair.import('k256', pool.subarray(8, 40)),
  ]) {
    const signed = keypair.sign(message)
    keypair.export().fill(0)
    assert.deepEqual(keypair.export(), new Uint8Array(32).fill(5))
    assert.deepEqual(keypair.sign(message), signed)
  }
  assert.ok(pool.every(byte => byte === 5))
})

test('the published signatures are judged as published: high-S and DER are refused', needVectors, () => {
  for (const fixture of read<SignatureFixture[]>('signature-fixtures.json')) {
    const curve = fixture.algorithm === 'ES256' ? 'p256' : 'k256'
    const key = parseDidKey(fixture.publicKeyDid)
    assert.equal(key.curve, curve)
    assert.deepEqual(publicKeyOf(curve, fromBase58(fixture.publicKeyMultibase.slice(1))!), key)
    const signature = fromBase64(fixture.signatureBase64)!
    const signed = fromBase64(fixture.messageBase64)!
    assert.equal(verifySignature(key, signed, signature), fixture.validSignature, fixture.comment)
    if (signature.length === 64) assert.ok(verifySignature(key, signed, signature, {highS: true}), fixture.comment)
  }
})

test('the published private keys make the published did:keys', needVectors, () => {
  for (const [curve, file] of [
    ['k256', 'w3c_didkey_K256.json'],
    ['p256', 'w3c_didkey_P256.json'],
  ] as const) {
    for (const {privateKeyBytesHex, privateKeyBytesBase58, publicDidKey} of read<KeyFixture[]>(file)) {
      const secret = privateKeyBytesHex ? fromHex(privateKeyBytesHex) : fromBase58(privateKeyBytesBase58!)
      assert.equal(Keypair.import(curve, secret!).didKey, publicDidKey)
      assert.equal(formatDidKey(parseDidKey(publicDidKey)), publicDidKey)
    }
  }
})

for (const curve of ['k256', 'p256'] as const) {
  test(`a ${curve} key signs, is read back from text, and outlives its export`, () => {
    const keypair = Keypair.generate(curve, realWorld.random)
    const signature = keypair.sign(message)
    assert.equal(signature.length, 64)
    assert.ok(verifySignature(parseDidKey(keypair.didKey), message, signature))
    assert.ok(!verifySignature(keypair.publicKey, new TextEncoder().encode('another'), signature))
    const again = Keypair.import(curve, keypair.export())
    assert.deepEqual(again.publicKey, keypair.publicKey)
    assert.ok(verifySignature(again.publicKey, message, again.sign(message)))
    const other = Keypair.generate(curve, realWorld.random)
    assert.ok(!verifySignature(other.publicKey, message, signature))
  })

  test(`a ${curve} private key is 32 bytes within the order of the curve`, () => {
    for (const secret of [
      new Uint8Array(32),
      new Uint8Array(32).fill(255),
      new Uint8Array(31).fill(1),
      new Uint8Array(),
    ]) {
      assert.throws(() => Keypair.import(curve, secret), {format: 'private-key', reason: 'out-of-range'})
    }
  })
}

test('a draw that is no private key is drawn again', () => {
  const draws = [new Uint8Array(32).fill(255), new Uint8Array(32), new Uint8Array(32).fill(1)]
  const keypair = Keypair.generate('p256', () => draws.shift()!)
  assert.deepEqual(keypair.export(), new Uint8Array(32).fill(1))
  assert.throws(() => Keypair.generate('p256', size => new Uint8Array(size)), /Broken invariant/)
})

test('text that is no key is refused with its reason', () => {
  for (const [text, reason] of [
    ['did:plc:abc', 'not-did-key'],
    ['did:key:', 'not-multibase'],
    ['did:key:uabc', 'not-multibase'],
    ['did:key:z0OIl', 'not-multibase'],
    [`did:key:z${'1'.repeat(1000)}`, 'not-multibase'],
    ['did:key:z', 'unknown-key-type'],
    // Ed25519
    ['did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp', 'unknown-key-type'],
    // the last letter changed, and the last letter cut
    ['did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBm', 'unknown-key-type'],
  ]) {
    assert.throws(() => parseDidKey(text), {format: 'public-key', reason}, text)
  }
})

test('a point that is not on the curve is no key', () => {
  for (const curve of ['k256', 'p256'] as const) {
    const {bytes} = Keypair.generate(curve, realWorld.random).publicKey
    // x = 7 (k256: 5) is on neither side of the curve, and x = 2^256 - 1 is not in its field.
    const noSuchPoint = Uint8Array.of(2, ...new Uint8Array(31), curve === 'k256' ? 5 : 7)
    const beyondField = new Uint8Array(33).fill(255).fill(3, 0, 1)
    for (const form of [noSuchPoint, beyondField, bytes.subarray(1), new Uint8Array(65), new Uint8Array()]) {
      assert.throws(() => publicKeyOf(curve, form), {format: 'public-key', reason: 'not-a-point'}, `${curve} ${form}`)
    }
  }
})

test('a multikey holds a compressed point and nothing after it', () => {
  assert.throws(() => parseMultikey('zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBmeee'), {format: 'public-key'})
})

test('a damaged key is a key or Malformed, and never anything else', () => {
  const random = seeded(runSeed)
  const below = (count: number): number => Math.floor(random() * count)
  const texts = ['k256', 'p256'].map(curve => Keypair.generate(curve as 'k256' | 'p256', realWorld.random).didKey)
  for (let round = 0; round < 400; round++) {
    const text = texts[below(2)]
    const at = below(text.length + 1)
    const damaged = text.slice(0, at) + ['', 'z', '1', '0', 'é', text][below(6)] + text.slice(at + below(3))
    try {
      assert.equal(formatDidKey(parseDidKey(damaged)), damaged, `SEED=${runSeed}`)
    } catch (error) {
      assert.ok(error instanceof Malformed, `SEED=${runSeed} ${damaged} ${String(error)}`)
    }
  }
})
