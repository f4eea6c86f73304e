/** The native engine keeps the contract, also on a machine that the secp256k1 library is not built for. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cryptoEngineContract} from '#atp/crypto/engine.contract.ts'
import {nativeEngine} from './native.ts'
import {opensslCurve} from './openssl.ts'
import {RecentKeys} from '#atp/crypto/recent-keys.ts'

cryptoEngineContract(nativeEngine)

const openssl = {k256: opensslCurve('k256'), p256: opensslCurve('p256')}
cryptoEngineContract({
  ...nativeEngine,
  name: 'native, without the library for secp256k1,',
  verify: (curve, publicKey, message, signature, highS = false) =>
    openssl[curve].verify(publicKey, message, signature, highS),
  sign: (curve, privateKey, message) => openssl[curve].sign(privateKey, message),
  publicKey: (curve, privateKey) => openssl[curve].publicKey(privateKey),
  compressPoint: (curve, point) => openssl[curve].compressPoint(point),
})

test('recent keys are prepared once while they are in use, and never held beyond the cap', () => {
  const prepared: number[] = []
  const keys = new RecentKeys<number>(4, key => {
    prepared.push(key[0])
    return key[0] * 10
  })
  const get = (n: number): number => keys.get(Uint8Array.of(n))
  for (const n of [1, 2, 1, 2, 1]) assert.equal(get(n), n * 10)
  assert.deepEqual(prepared, [1, 2])
  for (const n of [3, 1, 4, 1, 5, 1, 6, 1]) get(n)
  assert.deepEqual(prepared, [1, 2, 3, 4, 5, 6], 'the one in use was kept')
  get(2)
  assert.equal(prepared.at(-1), 2, 'the one long unused was not')
})

test('a key that cannot be prepared is not kept', () => {
  const keys = new RecentKeys<number>(4, () => {
    throw new RangeError('no')
  })
  for (let i = 0; i < 2; i++) assert.throws(() => keys.get(Uint8Array.of(1)), RangeError)
})
