/**
 * The crypto engine of this process. Floors 0 to 4 run in a browser, so they hold only the interface and a portable
 * engine; a program on Node hands in the native one at its start (`#engines/crypto/native.ts`). Every engine gives the
 * same answers, which its contract test shows (`engine.contract.ts`); only the speed differs, so the choice may be one
 * for the whole process.
 */
import {portableEngine} from './portable.ts'
import type {CryptoEngine} from './primitives.ts'

export let cryptoEngine: CryptoEngine = portableEngine

/** Hands in a faster engine for the whole process. */
export function useCryptoEngine(engine: CryptoEngine): void {
  cryptoEngine = engine
}

/** SHA-256 of `message` in 32 new bytes. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(32)
  cryptoEngine.sha256Into(message, digest, 0)
  return digest
}
