/**
 * What every crypto engine must do alike, so that a browser and a server never judge a signature differently. An
 * engine's test is one call of `cryptoEngineContract`.
 */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {suite, test} from 'node:test'
import * as official from '@atproto/crypto'
import {fromBase64} from '#std/encoding/base64.ts'
import {fromHex, toHex} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {runSeed as seed} from '../../../test/random.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import type {CryptoEngine, Curve} from './primitives.ts'
import {formatDidKey, parseDidKey} from './key.ts'
import {portableEngine} from './portable.ts'

const orders: Record<Curve, bigint> = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  k256: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
}
const curves = ['k256', 'p256'] as const
const message = toUtf8('a message')

const wycheproof = new URL('../../../test/vectors/wycheproof/', import.meta.url)
/** In hex; the key uncompressed. */
interface Wycheproof {
  id: number
  comment: string
  key: string
  message: string
  signature: string
  valid: boolean
}

const scalar = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
const read32 = (bytes: Uint8Array, offset: number): bigint => BigInt(`0x${toHex(bytes.subarray(offset, offset + 32))}`)
const withS = (signature: Uint8Array, s: bigint): Uint8Array =>
  Uint8Array.from([...signature.subarray(0, 32), ...scalar(s)])

/** By squares. */
const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** Bytes that the seed alone decides. */
const chance = (label: string, size: number): Uint8Array =>
  Uint8Array.from(createHash('shake256', {outputLength: size}).update(`${seed} ${label}`).digest())

export function cryptoEngineContract(engine: CryptoEngine): void {
  const digest = (bytes: Uint8Array): Uint8Array => {
    const out = new Uint8Array(34).fill(0xee)
    engine.sha256Into(bytes, out, 1)
    assert.deepEqual([out[0], out[33]], [0xee, 0xee], 'the bytes around the digest are untouched')
    return out.subarray(1, 33)
  }

  suite(`the ${engine.name} crypto engine`, () => {
    test('hashes as SHA-256 does, at every length around its blocks, from any offset of a buffer', () => {
      const bytes = chance('hash', 70_000)
      for (const size of [0, 1, 31, 32, 55, 56, 63, 64, 65, 119, 120, 300, 4096, 65_537]) {
        for (const start of [0, 3]) {
          const part = bytes.subarray(start, start + size)
          assert.equal(toHex(digest(part)), createHash('sha256').update(part).digest('hex'), `SEED=${seed} ${size}`)
        }
      }
    })

    test('judges the published signatures as published', needVectors, () => {
      const text = readFileSync(vector('interop/crypto/signature-fixtures.json'), 'utf8')
      for (const fixture of JSON.parse(text) as Record<string, string>[]) {
        const {curve, bytes} = parseDidKey(fixture.publicKeyDid)
        const signature = fromBase64(fixture.signatureBase64)!
        const valid = engine.verify(curve, bytes, fromBase64(fixture.messageBase64)!, signature)
        assert.equal(valid, fixture.validSignature, fixture.comment)
      }
    })

    for (const curve of curves) {
      test(`${curve}: judges what implementations have got wrong as it should be`, () => {
        const text = readFileSync(new URL(`ecdsa-${curve}-sha256-p1363.json`, wycheproof), 'utf8')
        for (const {id, comment, key, message, signature, valid} of JSON.parse(text) as Wycheproof[]) {
          const publicKey = engine.compressPoint(curve, fromHex(key)!)!
          const bytes = fromHex(signature)!
          const isLow = bytes.length === 64 && read32(bytes, 32) <= orders[curve] / 2n
          // Ours makes what it remembers of a key at its first checks.
          for (const round of curve === 'k256' ? ['first', 'second', 'third'] : ['only']) {
            const name = `${id}, ${comment}, ${round} time`
            assert.equal(engine.verify(curve, publicKey, fromHex(message)!, bytes, true), valid, name)
            assert.equal(
              engine.verify(curve, publicKey, fromHex(message)!, bytes),
              valid && isLow,
              `${name}, low S only`,
            )
          }
        }
      })

      const secret = scalar(0x1234_5678_9abc_def0_1234_5678_9abc_def0n)
      const publicKey = engine.publicKey(curve, secret)
      const signature = engine.sign(curve, secret, message)

      test(`${curve}: knows its own signature, and no other message, key or bytes`, () => {
        assert.ok(engine.verify(curve, publicKey, message, signature))
        assert.ok(!engine.verify(curve, publicKey, toUtf8('another'), signature))
        assert.ok(!engine.verify(curve, engine.publicKey(curve, scalar(2n)), message, signature))
        for (let i = 0; i < 64; i += 7) {
          const changed = signature.slice()
          changed[i] ^= 1
          assert.ok(!engine.verify(curve, publicKey, message, changed), `byte ${i}`)
        }
        assert.ok(engine.verify(curve, publicKey, message, signature), 'a check changes nothing that it is given')
      })

      test(`${curve}: takes high-S only where asked to`, () => {
        const high = withS(signature, orders[curve] - read32(signature, 32))
        assert.ok(!engine.verify(curve, publicKey, message, high))
        assert.ok(!engine.verify(curve, publicKey, message, high, false))
        assert.ok(engine.verify(curve, publicKey, message, high, true))
        assert.ok(engine.verify(curve, publicKey, message, signature, true), 'low-S passes as well')
        assert.equal(toHex(high), toHex(withS(signature, orders[curve] - read32(signature, 32))), 'nor is it changed')
      })

      test(`${curve}: S is low up to half of the order, in whichever byte it is another`, () => {
        const order = orders[curve]
        const modulo = (value: bigint): bigint => ((value % order) + order) % order
        // A signature of which the number chosen is one, and S what is wanted: the key follows from them.
        const r = read32(engine.publicKey(curve, scalar(1n)), 1)
        const inverse = power(r, order - 2n, order)
        const half = order / 2n
        const bytes = Array.from({length: 32}, (_, i) => 1n << BigInt(8 * i))
        for (const s of [half, ...bytes.flatMap(byte => [half - byte, half + byte])].map(modulo)) {
          const key = engine.publicKey(curve, scalar(modulo((s - read32(digest(message), 0)) * inverse)))
          const signed = withS(scalar(r), s)
          assert.ok(engine.verify(curve, key, message, signed, true), `${s}`)
          assert.equal(engine.verify(curve, key, message, signed), s <= half, `${s}`)
        }
      })

      test(`${curve}: signs with low S, whatever the message`, () => {
        for (let i = 0; i < 32; i++) {
          const signed = engine.sign(curve, secret, Uint8Array.of(i))
          assert.equal(signed.length, 64)
          assert.ok(read32(signed, 32) <= orders[curve] / 2n)
          assert.ok(engine.verify(curve, publicKey, Uint8Array.of(i), signed))
        }
      })

      test(`${curve}: says no to every wrong length and number, and throws at none`, () => {
        const wrongSignatures = [
          new Uint8Array(),
          signature.subarray(0, 63),
          Uint8Array.of(...signature, 0),
          new Uint8Array(64),
          new Uint8Array(64).fill(255),
          withS(signature, 0n),
          withS(signature, orders[curve]),
          withS(signature, orders[curve] + 1n),
          Uint8Array.from([...scalar(orders[curve]), ...signature.subarray(32)]),
          // DER of small numbers, padded to 64 bytes
          Uint8Array.of(0x30, 62, 0x02, 29, ...new Uint8Array(29).fill(1), 0x02, 29, ...new Uint8Array(29).fill(1)),
        ]
        for (const wrong of wrongSignatures) {
          for (const highS of [false, true])
            assert.ok(!engine.verify(curve, publicKey, message, wrong, highS), `${wrong}`)
        }
        const uncompressed = Uint8Array.from(Buffer.concat([Buffer.of(4), new Uint8Array(64)]))
        const wrongKeys = [new Uint8Array(), publicKey.subarray(1), Uint8Array.of(...publicKey, 0), uncompressed]
        for (const wrong of wrongKeys) assert.ok(!engine.verify(curve, wrong, message, signature), `${wrong}`)
      })

      test(`${curve}: knows no point that is not on the curve`, () => {
        // x = 5 (k256) or 7 (p256) is on neither side of the curve; x = 2^256 - 1 is not in its field.
        const noSuchPoint = Uint8Array.of(2, ...new Uint8Array(31), curve === 'k256' ? 5 : 7)
        const beyondField = Uint8Array.of(3, ...new Uint8Array(32).fill(255))
        const otherForms = [0, 1, 4, 5, 6, 7].map(first => Uint8Array.of(first, ...publicKey.subarray(1)))
        for (const point of [noSuchPoint, beyondField, new Uint8Array(33), new Uint8Array(), ...otherForms]) {
          assert.ok(!engine.verify(curve, point, message, signature), `${point}`)
          assert.equal(engine.compressPoint(curve, point), undefined, `${point}`)
        }
      })

      test(`${curve}: compresses a point of either form, and only these`, () => {
        assert.deepEqual(engine.compressPoint(curve, publicKey), publicKey)
        const decompressed =
          curve === 'k256' ? official.secp256k1Plugin.decompressPubkey : official.p256Plugin.decompressPubkey
        const point = Uint8Array.from(decompressed(publicKey))
        assert.equal(point.length, 65)
        assert.deepEqual(engine.compressPoint(curve, point), publicKey)
        const offCurve = point.with(64, point[64] ^ 1)
        const hybrid = point.with(0, 6 + (point[64] & 1))
        for (const wrong of [offCurve, hybrid, point.subarray(0, 64), Uint8Array.of(...point, 0)]) {
          assert.equal(engine.compressPoint(curve, wrong), undefined)
        }
      })

      test(`${curve}: a private key is 32 bytes, above zero and below the order`, () => {
        for (const wrong of [
          scalar(0n),
          scalar(orders[curve]),
          new Uint8Array(32).fill(255),
          new Uint8Array(31).fill(1),
        ]) {
          assert.throws(() => engine.publicKey(curve, wrong), RangeError)
        }
        for (const right of [1n, orders[curve] - 1n]) {
          assert.deepEqual(engine.publicKey(curve, scalar(right)), portableEngine.publicKey(curve, scalar(right)))
        }
      })

      test(`${curve}: agrees with the portable engine and with @atproto/crypto over chance keys`, async () => {
        const theirs = curve === 'k256' ? official.Secp256k1Keypair : official.P256Keypair
        for (let i = 0; i < 8; i++) {
          const named = `SEED=${seed} ${curve} ${i}`
          const secret = chance(`key ${i}`, 32)
          const text = chance(`message ${i}`, i * 40)
          const publicKey = engine.publicKey(curve, secret)
          const theirKey = await theirs.import(secret)
          assert.deepEqual(publicKey, portableEngine.publicKey(curve, secret), named)
          assert.equal(formatDidKey({curve, bytes: publicKey}), theirKey.did(), named)
          const signature = engine.sign(curve, secret, text)
          assert.ok(portableEngine.verify(curve, publicKey, text, signature), named)
          assert.ok(await official.verifySignature(theirKey.did(), text, signature), named)
          assert.ok(engine.verify(curve, publicKey, text, await theirKey.sign(text)), named)
        }
      })
    }
  })
}
