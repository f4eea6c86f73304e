/**
 * The crypto engine of every program on Node: hashes and P-256 by OpenSSL, and secp256k1 signed by a C library and
 * checked by our own code once there is more than a little to check, or by the library too, where whoever runs it says
 * so. A main calls `useNativeCrypto` before it does anything else.
 */
import {hash} from 'node:crypto'
import {getEnvironmentData, setEnvironmentData} from 'node:worker_threads'
import {useCryptoEngine} from '#atp/crypto/engine.ts'
import type {CryptoEngine, Curve} from '#atp/crypto/primitives.ts'
import {fastVerifyK256} from '#atp/crypto/k256/fast.ts'
import {writeLatin1} from '#std/text.ts'
import {libsecp256k1} from './libsecp256k1.ts'
import {opensslCurve, type CurveEngine} from './openssl.ts'

/** As a string and back, because to have Node allocate a buffer for the digest takes longer than to hash 300 bytes. */
const sha256Into = (message: Uint8Array, out: Uint8Array, offset: number): void =>
  void writeLatin1(hash('sha256', message, 'latin1'), out, offset)

const digest = (message: Uint8Array, out: Uint8Array): void => sha256Into(message, out, 0)
const k256 = libsecp256k1(digest) ?? opensslCurve('k256')

const p256 = opensslCurve('p256')

function engineOf(name: string, curves: Readonly<Record<Curve, CurveEngine>>): CryptoEngine {
  return {
    name,
    sha256Into,
    verify: (curve, publicKey, message, signature, highS = false) =>
      curves[curve].verify(publicKey, message, signature, highS),
    sign: (curve, privateKey, message) => curves[curve].sign(privateKey, message),
    publicKey: (curve, privateKey) => curves[curve].publicKey(privateKey),
    compressPoint: (curve, point) => curves[curve].compressPoint(point),
  }
}

const own = {...k256, verify: fastVerifyK256({digest, otherwise: k256.verify, after: 256})}
export const nativeEngine = engineOf('native', {p256, k256: own})
/** Without a line of our own for secp256k1. */
export const libraryEngine = engineOf('native, all by libraries,', {p256, k256})

/** Who checks signatures on secp256k1: code of our own, or the library. */
export const k256Checkers = ['own', 'library'] as const
export type K256Checker = (typeof k256Checkers)[number]

const chosen = 'k256 checker'

/**
 * Hands in the native engine, for this thread. `checker` goes for it and every thread that is started from here on,
 * which call this without one.
 */
export function useNativeCrypto(checker?: K256Checker): void {
  if (checker) setEnvironmentData(chosen, checker)
  useCryptoEngine(getEnvironmentData(chosen) === 'library' ? libraryEngine : nativeEngine)
}
