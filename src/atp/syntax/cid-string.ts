/**
 * CIDs as text, of any codec and hash, since a record may name content outside the network (spec: lexicon, "cid-link" is
 * the narrow one). What names a block of ours goes through `parseCid`.
 */
import {fromBase32} from '#std/encoding/base32.ts'
import {fromBase58} from '#std/encoding/base58.ts'
import {fromBase64, fromBase64Url} from '#std/encoding/base64.ts'
import {fromHex} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {isAnyCidBytes} from '../data/cid.ts'
import type {Branded} from './brand.ts'
import {syntaxFault} from './syntax-fault.ts'

export type CidString = Branded<'cid'>

const lengthMin = 8
const lengthMax = 256
/** A multibase prefix, then letters of any of its alphabets. CID v0 (`Qm…`) has no prefix and is not allowed. */
const pattern = /^[079bBcCfFhkKmMtTuUvVzZ][a-zA-Z0-9+=]+$/

// The lengths stand beside the pattern: counted in it, they would make it several times slower.
/** The shape alone, as the published vectors of the syntax have it: what is in it need not be a CID. */
export const isCidString = (text: string): text is CidString =>
  text.length >= lengthMin && text.length <= lengthMax && pattern.test(text)

/** Throws `Malformed('cid-string', 'too-long' | 'bad-syntax')`. */
export function parseCidString(text: string): CidString {
  if (!isCidString(text)) throw syntaxFault('cid-string', text, lengthMax, 'a CID v1 in multibase')
  return text
}

/** Version 1, dag-cbor or raw, SHA-256, whose last letter holds two bits of the hash and three that are zero. */
const common = /^baf[yk]rei[a-h][a-z2-7]+[aeimquy4]$/

/** The multibases that CIDs are written in; the others of the shape are for other things. */
const multibases: Readonly<Record<string, (digits: string) => Uint8Array | undefined>> = {
  b: fromBase32,
  B: digits => (/[a-z]/.test(digits) ? undefined : fromBase32(digits.toLowerCase())),
  f: digits => (/[A-F]/.test(digits) ? undefined : fromHex(digits)),
  F: digits => (/[a-f]/.test(digits) ? undefined : fromHex(digits)),
  k: digits => (/^[0-9a-z]+$/.test(digits) ? fromBase36(digits) : undefined),
  K: digits => (/^[0-9A-Z]+$/.test(digits) ? fromBase36(digits) : undefined),
  m: digits => (digits.includes('=') ? undefined : fromBase64(digits)),
  u: fromBase64Url,
  z: fromBase58,
}

/** Zeros before the first other digit, which no CID v1 has, are lost. */
function fromBase36(digits: string): Uint8Array | undefined {
  let value = 0n
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  const hex = value.toString(16)
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`)
}

/** The lexicon format `cid`: text that is a CID of version 1 when it is decoded, whatever its codec and hash. */
export function isDecodableCid(text: string): text is CidString {
  if (text.length === 59 && common.test(text)) return true
  if (text.length < lengthMin || text.length > lengthMax || !Object.hasOwn(multibases, text[0])) return false
  const bytes = multibases[text[0]](text.slice(1))
  try {
    return bytes !== undefined && isAnyCidBytes(bytes)
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}
