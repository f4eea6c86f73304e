/** The engine for browsers: `@noble/curves`, in plain JavaScript, and faster code for many signatures on secp256k1. */
import {p256} from '@noble/curves/nist.js'
import {secp256k1} from '@noble/curves/secp256k1.js'
import {sha256} from '@noble/hashes/sha2.js'
import type {CryptoEngine, Curve} from './primitives.ts'
import {fastVerifyK256, type VerifyOnCurve} from './k256/fast.ts'

const curves = {k256: secp256k1, p256}

function ofCurve<T>(curve: Curve, use: (c: typeof secp256k1) => T, otherwise: T): T {
  try {
    return use(curves[curve])
  } catch {
    return otherwise // noble throws on points off the curve and on scalars out of range
  }
}

const verifyOn =
  (curve: Curve): VerifyOnCurve =>
  (publicKey, message, signature, highS) =>
    publicKey.length === 33 &&
    signature.length === 64 &&
    ofCurve(curve, c => c.verify(signature, message, publicKey, {lowS: !highS, format: 'compact'}), false)

const digest = (message: Uint8Array, out: Uint8Array): void => out.set(sha256(message))
const verify = {
  k256: fastVerifyK256({digest, otherwise: verifyOn('k256'), after: 32}),
  p256: verifyOn('p256'),
}

export const portableEngine: CryptoEngine = {
  name: 'portable',
  sha256Into: (message, out, offset) => out.set(sha256(message), offset),
  verify: (curve, publicKey, message, signature, highS = false) => verify[curve](publicKey, message, signature, highS),
  sign: (curve, privateKey, message) =>
    Uint8Array.from(curves[curve].sign(message, privateKey, {lowS: true, format: 'compact'})),
  publicKey: (curve, privateKey) => {
    const key = ofCurve(curve, c => Uint8Array.from(c.getPublicKey(privateKey, true)), undefined)
    if (!key) throw new RangeError(`A ${curve} private key is 32 bytes, above zero and below the curve's order.`)
    return key
  },
  compressPoint: (curve, point) =>
    ofCurve(curve, c => Uint8Array.from(c.Point.fromBytes(point).toBytes(true)), undefined),
}
