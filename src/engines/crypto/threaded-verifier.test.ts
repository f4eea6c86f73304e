import assert from 'node:assert/strict'
import {test} from 'node:test'
import {inlineVerifier} from '#atp/crypto/batch.ts'
import type {SignatureCheck} from '#atp/crypto/batch.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {toUtf8} from '#std/text.ts'
import {realWorld} from '#std/world.ts'
import {decodeChecks, encodeChecks} from './signature-batch.ts'
import {ThreadedVerifier} from './threaded-verifier.ts'

const keys = [Keypair.generate('k256', realWorld.random), Keypair.generate('p256', realWorld.random)]
const signed = keys.map(key => key.sign(toUtf8('said')))
/** Of eight kinds, so that every batch holds valid and invalid ones of both curves. */
const checks = (count: number): SignatureCheck[] =>
  Array.from({length: count}, (_, i) => {
    const key = keys[i % 2].publicKey
    const signature = signed[i % 2]
    const message = toUtf8(i % 8 < 4 ? 'said' : 'never said')
    if (i % 8 === 1) return {key, message, signature: signature.subarray(1)}
    if (i % 8 === 2) return {key, message, signature: new Uint8Array()}
    return {key, message, signature}
  })
const expected = (count: number): boolean[] => Array.from({length: count}, (_, i) => i % 8 === 0 || i % 8 === 3)

test('the verifier without threads gives one verdict for each check, in order', async () => {
  assert.deepEqual(await inlineVerifier.verify(checks(16)), expected(16))
})

test('the threaded verifier gives the same, whatever the count', async () => {
  await using verifier = new ThreadedVerifier(1)
  for (const count of [0, 1, 63, 64, 65, 200]) {
    assert.deepEqual(await verifier.verify(checks(count)), expected(count), `${count} checks`)
  }
})

test('a full batch goes to a worker, and a few checks do not', async () => {
  let started = 0
  const note = (): void => void started++
  process.on('worker', note)
  try {
    await using verifier = new ThreadedVerifier(1)
    await verifier.verify(checks(63))
    assert.equal(started, 0)
    await verifier.verify(checks(64))
    assert.equal(started, 1)
  } finally {
    process.off('worker', note)
  }
})

test('callers may overlap', async () => {
  await using verifier = new ThreadedVerifier(2)
  const counts = [100, 64, 3, 128]
  const verdicts = await Promise.all(counts.map(count => verifier.verify(checks(count))))
  assert.deepEqual(verdicts, counts.map(expected))
})

test('checks cross as bytes and come back as they were, high-S leave and empty messages too', () => {
  const [key] = keys
  const batch: SignatureCheck[] = [
    {key: key.publicKey, message: new Uint8Array(), signature: signed[0], highS: true},
    {key: keys[1].publicKey, message: toUtf8('said'), signature: signed[1], highS: false},
  ]
  assert.deepEqual(decodeChecks(encodeChecks(batch)), batch)
})

const fill = (size: number, byte: number): number[] => Array.from({length: size}, () => byte)
const bytes = (size: number, byte: number): Uint8Array => Uint8Array.from(fill(size, byte))

test('a check takes 102 bytes more than its message, without gaps, and a signature of a wrong length none', () => {
  const job = encodeChecks([
    {key: {curve: 'k256', bytes: bytes(33, 2)}, message: Uint8Array.of(7, 8), signature: bytes(64, 4)},
    {key: {curve: 'p256', bytes: bytes(33, 3)}, message: Uint8Array.of(9), signature: bytes(63, 5), highS: true},
  ])
  assert.deepEqual(
    [...job],
    [0, ...fill(33, 2), ...fill(64, 4), 0, 0, 0, 2, 7, 8, 3, ...fill(33, 3), ...fill(64, 0), 0, 0, 0, 1, 9],
  )
  const key = {curve: 'k256', bytes: bytes(32, 2)} as const
  assert.throws(() => encodeChecks([{key, message: bytes(1, 1), signature: bytes(64, 4)}]), /is a compressed point/)
})
