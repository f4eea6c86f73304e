/**
 * Many signatures at a time: an audit log, a page of labels, the commits of a backfill. A program on Node hands in the
 * verifier that uses the other cores (`#engines/crypto/threaded-verifier.ts`); everywhere else there is the one here.
 */
import {verifySignature} from './key.ts'
import type {PublicKey} from './key.ts'

/** One question, as `verifySignature` takes it. */
export interface SignatureCheck {
  key: PublicKey
  message: Uint8Array
  signature: Uint8Array
  highS?: boolean
}

export interface BatchVerifier {
  /** One verdict for each check, in their order. */
  verify(checks: readonly SignatureCheck[]): Promise<boolean[]>
}

export const verifyCheck = ({key, message, signature, highS}: SignatureCheck): boolean =>
  verifySignature(key, message, signature, {highS})

/** Checks on this thread, without a pause: give it no more at a time than the thread may be busy for. */
export const inlineVerifier: BatchVerifier = {
  verify: async checks => checks.map(verifyCheck),
}
