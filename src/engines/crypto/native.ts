/**
 * The crypto engine of every program on Node: hashes and P-256 by OpenSSL, and secp256k1 signed by a C library and
 * checked by our own code once there is more than a little to check. A main calls `useNativeCrypto` before it does
 * anything else.
 */
import {hash} from 'node:crypto'
import {useCryptoEngine} from '#atp/crypto/engine.ts'
import type {CryptoEngine} from '#atp/crypto/primitives.ts'
import {fastVerifyK256} from '#atp/crypto/k256/fast.ts'
import {writeLatin1} from '#std/text.ts'
import {libsecp256k1} from './libsecp256k1.ts'
import {opensslCurve} from './openssl.ts'

/** As a string and back, because to have Node allocate a buffer for the digest takes longer than to hash 300 bytes. */
const sha256Into = (message: Uint8Array, out: Uint8Array, offset: number): void =>
  void writeLatin1(hash('sha256', message, 'latin1'), out, offset)

const digest = (message: Uint8Array, out: Uint8Array): void => sha256Into(message, out, 0)
const k256 = libsecp256k1(digest) ?? opensslCurve('k256')

const curves = {
  p256: opensslCurve('p256'),
  k256: {...k256, verify: fastVerifyK256({digest, otherwise: k256.verify, after: 256})},
}

export const nativeEngine: CryptoEngine = {
  name: 'native',
  sha256Into,
  verify: (curve, publicKey, message, signature, highS = false) =>
    curves[curve].verify(publicKey, message, signature, highS),
  sign: (curve, privateKey, message) => curves[curve].sign(privateKey, message),
  publicKey: (curve, privateKey) => curves[curve].publicKey(privateKey),
  compressPoint: (curve, point) => curves[curve].compressPoint(point),
}

export const useNativeCrypto = (): void => useCryptoEngine(nativeEngine)
