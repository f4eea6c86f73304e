/**
 * Keys of the two curves that accounts and services sign with, and their spellings as text (spec: cryptography, "public
 * key encoding"). The mathematics is the engine's (`engine.ts`).
 */
import {fromBase58, toBase58} from '#std/encoding/base58.ts'
import {copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import {assert} from '#std/assert.ts'
import {cryptoEngine} from './engine.ts'
import type {Curve} from './primitives.ts'

/** A point that is on its curve: from outside only through the parsers below. */
export interface PublicKey {
  readonly curve: Curve
  /** 33 bytes, compressed. */
  readonly bytes: Uint8Array
}

/** Multicodec names of the key types, as varints of two bytes. */
const codes: Readonly<Record<Curve, readonly [number, number]>> = {p256: [0x80, 0x24], k256: [0xe7, 0x01]}
const didKeyPrefix = 'did:key:'

/** The key of a point of 33 or 65 bytes. Throws `Malformed('public-key', 'not-a-point')` when it is not on the curve. */
export function publicKeyOf(curve: Curve, point: Uint8Array): PublicKey {
  const bytes = cryptoEngine.compressPoint(curve, point)
  if (!bytes) throw new Malformed('public-key', 'not-a-point', `not a point of ${curve} in 33 or 65 bytes`)
  return {curve, bytes}
}

/**
 * Reads `z…`: base58btc of the key type and the compressed point. Throws `Malformed('public-key', …)` by
 * `not-multibase`, `unknown-key-type` or `not-a-point`.
 */
export function parseMultikey(text: string): PublicKey {
  const bytes = text[0] === 'z' ? fromBase58(text.slice(1)) : undefined
  if (!bytes) throw new Malformed('public-key', 'not-multibase', 'expected "z" and base58btc')
  for (const curve of ['k256', 'p256'] as const) {
    if (bytes[0] !== codes[curve][0] || bytes[1] !== codes[curve][1]) continue
    if (bytes.length !== 35) throw new Malformed('public-key', 'not-a-point', 'expected a compressed point, 33 bytes')
    return publicKeyOf(curve, bytes.subarray(2))
  }
  throw new Malformed('public-key', 'unknown-key-type', 'neither a P-256 nor a secp256k1 key')
}

export function formatMultikey({curve, bytes}: PublicKey): string {
  const coded = new Uint8Array(35)
  coded.set(codes[curve])
  coded.set(bytes, 2)
  return `z${toBase58(coded)}`
}

/** Reads `did:key:z…`. Throws as `parseMultikey` does, and `not-did-key` for a text that is no did:key. */
export function parseDidKey(text: string): PublicKey {
  if (!text.startsWith(didKeyPrefix)) throw new Malformed('public-key', 'not-did-key', 'expected "did:key:"')
  return parseMultikey(text.slice(didKeyPrefix.length))
}

export const formatDidKey = (key: PublicKey): string => `${didKeyPrefix}${formatMultikey(key)}`

/**
 * Whether `signature` (64 bytes, r then s) over the SHA-256 of `message` is by `key`. High-S is refused, on both curves,
 * unless `highS` is set: JWTs alone are let off (spec: cryptography, "ECDSA signature malleability").
 */
export const verifySignature = (
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  {highS = false}: {highS?: boolean} = {},
): boolean => cryptoEngine.verify(key.curve, key.bytes, message, signature, highS)

/** A private key and the public key that it makes. */
export class Keypair {
  readonly publicKey: PublicKey
  readonly #privateKey: Uint8Array<ArrayBuffer>
  #didKey: string | undefined

  private constructor(curve: Curve, privateKey: Uint8Array<ArrayBuffer>) {
    this.#privateKey = privateKey
    this.publicKey = {curve, bytes: cryptoEngine.publicKey(curve, privateKey)}
  }

  static generate(curve: Curve, random: World['random']): Keypair {
    // A draw may lie above the curve's order (of P-256 one in 2^32 does), and then the next one will do.
    for (let tries = 0; tries < 8; tries++) {
      try {
        return new Keypair(curve, random(32))
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
      }
    }
    assert(false, 'the source of randomness is random')
  }

  /** Takes the 32 bytes that `export` gives. Throws `Malformed('private-key', 'out-of-range')`. */
  static import(curve: Curve, privateKey: Uint8Array): Keypair {
    try {
      return new Keypair(curve, copyOf(privateKey))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new Malformed('private-key', 'out-of-range', `not 32 bytes that are a private key of ${curve}`)
    }
  }

  get curve(): Curve {
    return this.publicKey.curve
  }

  /** The public key as `did:key:z…`. */
  get didKey(): string {
    return (this.#didKey ??= formatDidKey(this.publicKey))
  }

  /** The low-S signature, 64 bytes, over the SHA-256 of `message`. */
  sign(message: Uint8Array): Uint8Array<ArrayBuffer> {
    return cryptoEngine.sign(this.curve, this.#privateKey, message)
  }

  /** The 32 secret bytes. */
  export(): Uint8Array<ArrayBuffer> {
    return copyOf(this.#privateKey)
  }
}
