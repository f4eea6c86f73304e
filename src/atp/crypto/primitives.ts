/**
 * The few primitives that a native library does many times faster than JavaScript, and what each of them promises.
 * Which engine does them, `engine.ts` says.
 */

export type Curve = 'k256' | 'p256'

export interface CryptoEngine {
  readonly name: string
  /** SHA-256 of `message`, 32 bytes written into `out` at `offset`. */
  sha256Into(message: Uint8Array, out: Uint8Array, offset: number): void
  /**
   * Whether `signature` (64 bytes, r then s) over the SHA-256 of `message` is by `publicKey` (33 bytes, compressed).
   * False for any other length, a point that is not on the curve, and high-S unless `highS` is set (spec:
   * cryptography; JWTs alone are let off).
   */
  verify(curve: Curve, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, highS?: boolean): boolean
  /**
   * The low-S signature, 64 bytes, over the SHA-256 of `message`. The same bytes are the same key each time: an
   * engine may keep what it made of them for as long as they live, so nobody writes into a private key.
   */
  sign(curve: Curve, privateKey: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer>
  /** The compressed public key, 33 bytes. Throws `RangeError` when the 32 bytes are no private key of the curve. */
  publicKey(curve: Curve, privateKey: Uint8Array): Uint8Array<ArrayBuffer>
  /**
   * The compressed form, 33 bytes, of a point of 33 (compressed) or 65 bytes. `undefined` for any other form or
   * length, and when no such point lies on the curve.
   */
  compressPoint(curve: Curve, point: Uint8Array): Uint8Array<ArrayBuffer> | undefined
}
