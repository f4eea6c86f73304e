/** How DIDs and record keys are written small: there are some for every post and like that is kept. */
import {toHex} from '#std/bytes.ts'
import {fromBase32, toBase32} from '#std/encoding/base32.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import type {Did} from '#atp/syntax/did.ts'
import {tidAlphabet, tidSize} from '#atp/syntax/tid.ts'

const plc = 'did:plc:'
/** Bytes that the 24 characters of a did:plc stand for. */
const plcSize = 15

/** 15 bytes for a did:plc, else its text. */
export function packDid(did: string): Uint8Array {
  const packed = did.startsWith(plc) && did.length === plc.length + 24 ? fromBase32(did, plc.length) : undefined
  return packed && !isText(packed) ? packed : toUtf8(did)
}

export const unpackDid = (packed: Uint8Array): Did =>
  // No DID is so short: "did:web:" and a host of seven characters are text that begins so.
  (packed.length === plcSize && !isText(packed) ? plc + toBase32(packed) : fromUtf8(packed)) as Did

const isText = (bytes: Uint8Array): boolean => toHex(bytes.subarray(0, 4)) === '6469643a'

const range = 2 ** 48

/**
 * The end of a TID, 48 bits of it, as the signed number that takes six bytes: two keys of one account have the same one
 * only if they are 76 hours apart to the microsecond. `undefined` for a key that is none.
 */
export function tidEnd(rkey: string): number | undefined {
  if (rkey.length !== tidSize) return undefined
  let end = 0
  for (let at = 0; at < tidSize; at++) {
    const digit = tidAlphabet.indexOf(rkey[at])
    if (digit === -1) return undefined
    end = (end * 32 + digit) % range
  }
  return end - range / 2
}
