/**
 * The curve that nearly every account signs with, through the C library made for it: six times as fast as OpenSSL. It
 * signs, and checks what `k256/fast.ts` leaves to it. Its package brings it built for Linux x64, macOS on ARM and
 * Windows x64, and is never compiled when it is installed.
 */
import {createRequire} from 'node:module'
import type {CurveEngine} from './openssl.ts'

/** What is used of the npm package `secp256k1`. Each throws on a key or signature that cannot be parsed. */
interface Binding {
  privateKeyVerify(privateKey: Uint8Array): boolean
  publicKeyCreate(privateKey: Uint8Array, compressed: boolean): Uint8Array<ArrayBuffer>
  publicKeyConvert(publicKey: Uint8Array, compressed: boolean): Uint8Array<ArrayBuffer>
  signatureNormalize(signature: Uint8Array): Uint8Array
  ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): {signature: Uint8Array<ArrayBuffer>}
  /** Refuses high-S. */
  ecdsaVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean
}

function loadBinding(): Binding | undefined {
  try {
    // Not the package itself, which would quietly take a slow implementation in JavaScript.
    return createRequire(import.meta.url)('secp256k1/bindings') as Binding
  } catch {
    return undefined
  }
}

/** `undefined` on a platform that the library is not built for. `digest` writes the SHA-256 of a message to `out`. */
export function libsecp256k1(digest: (message: Uint8Array, out: Uint8Array) => void): CurveEngine | undefined {
  const binding = loadBinding()
  if (!binding) return undefined
  const hash = new Uint8Array(32)
  return {
    verify(publicKey, message, signature, highS) {
      if (publicKey.length !== 33 || signature.length !== 64) return false
      digest(message, hash)
      try {
        const lowS = highS ? binding.signatureNormalize(signature.slice()) : signature
        return binding.ecdsaVerify(lowS, hash, publicKey)
      } catch {
        return false // the point is not on the curve, or a number is above its order
      }
    },

    sign(privateKey, message) {
      digest(message, hash)
      return binding.ecdsaSign(hash, privateKey).signature
    },

    publicKey(privateKey) {
      if (privateKey.length !== 32 || !binding.privateKeyVerify(privateKey)) {
        throw new RangeError("A k256 private key is 32 bytes, above zero and below the curve's order.")
      }
      return binding.publicKeyCreate(privateKey, true)
    },

    compressPoint(point) {
      // The library also knows a third, hybrid form, which nothing here may take.
      if (point.length === 33 ? point[0] >> 1 !== 1 : point.length !== 65 || point[0] !== 4) return undefined
      try {
        return binding.publicKeyConvert(point, true)
      } catch {
        return undefined
      }
    },
  }
}
