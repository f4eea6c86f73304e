/** The fast check against the portable engine, also where its formulas cannot tell and must say so. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {secp256k1} from '@noble/curves/secp256k1.js'
import {sha256} from '@noble/hashes/sha2.js'
import {fromHex} from '#std/bytes.ts'
import {runSeed as seed, seeded} from '../../../../test/random.ts'
import {cryptoEngineContract} from '../engine.contract.ts'
import {portableEngine} from '../portable.ts'
import {fastVerifyK256} from './fast.ts'
import {roundsOnce} from './field.ts'
import {groupOrder} from './scalar.ts'
import {K256Verifier, type Verdict} from './verifier.ts'

const made = K256Verifier.create()
const skip = roundsOnce() ? false : 'this processor rounds multiply-add twice, and signatures are checked the other way'
const verifier = made!

const scalarField = secp256k1.Point.Fn
const generator = secp256k1.Point.BASE
const random = seeded(seed)
const chance = (): bigint =>
  scalarField.create(BigInt(`0x${Array.from({length: 64}, () => Math.floor(random() * 16).toString(16)).join('')}`))
const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))!
const compressed = (secret: bigint): Uint8Array => generator.multiply(secret).toBytes(true)

/** A signature by `secret` for which the check has to compute `first` times the generator and `second` times the key. */
function signed(secret: bigint, first: bigint, second: bigint) {
  const sum = scalarField.create(first + second * secret)
  // Nothing has the point at infinity as its x, so any r will do, and none is right.
  const r = sum === 0n ? chance() : scalarField.create(generator.multiply(sum).toAffine().x)
  const s = scalarField.mul(r, scalarField.inv(scalarField.create(second)))
  return {digest: bytes(scalarField.create(first * s)), signature: Uint8Array.of(...bytes(r), ...bytes(s))}
}

function judge(secret: bigint, first: bigint, second: bigint): Verdict[] {
  const key = verifier.prepare(compressed(secret))!
  const {digest, signature} = signed(secret, first, second)
  const expected = secp256k1.verify(signature, digest, compressed(secret), {lowS: false, prehash: false})
  // Each of the first two checks of a key goes its own way.
  const verdicts = [0, 1, 2].map(() => verifier.verify(key, digest, signature, true))
  const what = `SEED=${seed} key ${secret}, ${first} and ${second}`
  for (const verdict of verdicts) if (verdict !== 'unsure') assert.equal(verdict, expected ? 'right' : 'wrong', what)
  const wrong = signature.with(5, signature[5] ^ 1)
  assert.notEqual(verifier.verify(key, digest, wrong, true), 'right', what)
  return verdicts
}

test('chance signatures are judged, and never unsure', {skip}, () => {
  for (let i = 0; i < 60; i++) {
    assert.deepEqual(judge(chance() || 1n, chance(), chance() || 1n), ['right', 'right', 'right'])
  }
})

test('multipliers and keys of every length are judged', {skip}, () => {
  for (let bit = 0; bit < 256; bit += 5) {
    const few = scalarField.create(2n ** BigInt(bit) + BigInt(Math.floor(random() * 5)))
    judge(few, chance(), chance() || 1n)
    judge(chance() || 1n, few, chance() || 1n)
    judge(chance() || 1n, chance(), few)
    judge(chance() || 1n, 0n, few)
  }
})

test(
  'where points meet that are the same, opposite, or add up to nothing, it never says what is not so',
  {skip},
  () => {
    const small = [1n, 2n, 3n, 5n, 16n, groupOrder - 1n, groupOrder - 2n, groupOrder - 3n]
    const verdicts = new Set<Verdict>()
    for (const secret of small) {
      for (const first of [0n, ...small])
        for (const second of small) for (const verdict of judge(secret, first, second)) verdicts.add(verdict)
    }
    assert.ok(verdicts.has('unsure'), 'the cases are those that the formulas leave out')
  },
)

test('numbers out of range are wrong, and a small r is for others to judge', {skip}, () => {
  const key = verifier.prepare(compressed(7n))!
  const check = (r: bigint, s: bigint, highS = true): Verdict =>
    verifier.verify(key, bytes(1n), Uint8Array.of(...bytes(r), ...bytes(s)), highS)
  const half = groupOrder / 2n
  for (const [r, s] of [
    [0n, 1n],
    [1n, 0n],
    [groupOrder, 1n],
    [half, groupOrder],
    [2n ** 256n - 1n, 1n],
  ]) {
    assert.equal(check(r, s), 'wrong')
  }
  const unusual = signed(7n, chance(), 1n)
  const [r, s] = [unusual.signature.subarray(0, 32), unusual.signature.subarray(32)]
  const value = BigInt(`0x${Buffer.from(s).toString('hex')}`)
  for (const [number, high] of [
    [value, value > half],
    [groupOrder - value, value <= half],
  ] as const) {
    const signature = Uint8Array.of(...r, ...bytes(number))
    assert.equal(verifier.verify(key, unusual.digest, signature, true), 'right')
    assert.equal(verifier.verify(key, unusual.digest, signature, false), high ? 'wrong' : 'right')
  }
  assert.equal(check(5n, 1n), 'unsure')
})

test('a key is a compressed point of the curve, and nothing else', {skip}, () => {
  const key = compressed(7n)
  assert.ok(verifier.prepare(key))
  const offCurve = Uint8Array.of(2, ...new Uint8Array(31), 5)
  const beyondField = Uint8Array.of(3, ...new Uint8Array(32).fill(255))
  for (const wrong of [offCurve, beyondField, key.with(0, 4), key.subarray(1), Uint8Array.of(...key, 0)]) {
    assert.equal(verifier.prepare(wrong), undefined)
  }
})

test('the first checks of an engine go the other way, and so do those that this one is unsure of', {skip}, () => {
  let others = 0
  const verify = fastVerifyK256({
    digest: (message, out) => out.set(message),
    otherwise: (publicKey, message, signature, highS) => {
      others++
      return secp256k1.verify(signature, message, publicKey, {lowS: !highS, prehash: false})
    },
    after: 2,
  })
  const secret = chance() || 1n
  const usual = signed(secret, chance(), chance() || 1n)
  for (let i = 0; i < 5; i++) assert.ok(verify(compressed(secret), usual.digest, usual.signature, true))
  assert.equal(others, 2)
  // The generator and a key that is the same point meet in the first addition.
  const unusual = signed(1n, 1n, 1n)
  assert.ok(verify(compressed(1n), unusual.digest, unusual.signature, true))
  assert.ok(!verify(compressed(1n), unusual.digest.with(3, 1), unusual.signature, true))
  assert.equal(others, 3)
})

test('where there is no WebAssembly every check goes the other way', () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly')!
  let others = 0
  const otherwise = (): boolean => ++others > 0
  const verify = fastVerifyK256({digest: (message, out) => out.set(message), otherwise, after: 0})
  delete (globalThis as {WebAssembly?: unknown}).WebAssembly
  try {
    for (let i = 0; i < 3; i++) assert.ok(verify(compressed(1n), new Uint8Array(32), new Uint8Array(64), true))
  } finally {
    Object.defineProperty(globalThis, 'WebAssembly', kept)
  }
  assert.equal(others, 3)
})

const always = fastVerifyK256({
  digest: (message, out) => out.set(sha256(message)),
  otherwise: (publicKey, message, signature, highS) =>
    portableEngine.verify('k256', publicKey, message, signature, highS),
  after: 0,
})
cryptoEngineContract({
  ...portableEngine,
  name: 'portable, and from the first check on fast,',
  verify: (curve, publicKey, message, signature, highS = false) =>
    curve === 'k256'
      ? always(publicKey, message, signature, highS)
      : portableEngine.verify(curve, publicKey, message, signature, highS),
})
