/**
 * Content identifiers: the hash that names a block. atproto allows one shape only (spec: data model, "link and CID
 * formats"): CID v1, codec dag-cbor or raw, SHA-256 of 32 bytes, so a CID is always 36 bytes.
 */
import {fromBase32, toBase32} from '#std/encoding/base32.ts'
import {toBase58} from '#std/encoding/base58.ts'
import {copyOf, equalBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1} from '#std/text.ts'
import {readVarint, varintEnd} from '#std/encoding/varint.ts'
import {cryptoEngine} from '../crypto/engine.ts'

export const cidSize = 36
/** `drisl` for records, tree nodes and commits; `raw` for blobs. */
export const codecs = {cbor: 0x71, raw: 0x55} as const
export type Codec = (typeof codecs)[keyof typeof codecs]

/** One CID. Immutable; its text is made on first use. `bytes` may be a view of a larger buffer: see `detached`. */
export class Cid {
  // A public field, so that deep comparison in tests sees it: it passes over private ones.
  readonly bytes: Uint8Array
  #text: string | undefined

  /** Trusts its argument: 36 bytes that `isCidBytes` accepts. From outside use `cidFromBytes` or `parseCid`. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get codec(): Codec {
    return this.bytes[1] as Codec
  }

  /** The SHA-256 of the block, 32 bytes. */
  get digest(): Uint8Array {
    return this.bytes.subarray(4, cidSize)
  }

  /** An opaque string, unique to this CID, that is far cheaper to make than `toString`: for map keys. */
  get key(): string {
    return fromLatin1(this.bytes, 0, cidSize)
  }

  equals(other: Cid | null | undefined): boolean {
    return other != null && (this === other || equalBytes(this.bytes, other.bytes))
  }

  /** This CID in a buffer of its own, for one that outlives the block or frame it was read from. */
  detached(): Cid {
    return this.bytes.buffer.byteLength === cidSize ? this : new Cid(copyOf(this.bytes))
  }

  /** Multibase base32, `b…`. */
  toString(): string {
    return (this.#text ??= 'b' + toBase32(this.bytes))
  }

  /** The data model's JSON form (spec: data model, "link"). */
  toJSON(): {$link: string} {
    return {$link: this.toString()}
  }
}

/** Whether the 36 bytes at `offset` are a CID of the one shape allowed. */
export const isCidBytes = (bytes: Uint8Array, offset = 0): boolean =>
  bytes.length >= offset + cidSize &&
  bytes[offset] === 1 &&
  (bytes[offset + 1] === codecs.cbor || bytes[offset + 1] === codecs.raw) &&
  bytes[offset + 2] === 0x12 &&
  bytes[offset + 3] === 32

/** Reads exactly 36 bytes, kept as a view. Throws `Malformed('cid', …)`. */
export function cidFromBytes(bytes: Uint8Array): Cid {
  if (bytes.length !== cidSize || !isCidBytes(bytes)) {
    throw new Malformed('cid', 'not-blessed', 'not a 36-byte CID v1 of dag-cbor or raw with SHA-256')
  }
  return new Cid(bytes)
}

/** Reads `b…` text; `undefined` when it is not a CID that a link or a blob may hold. */
export function cidFromText(text: string): Cid | undefined {
  // 59 characters: "b" and 36 bytes of base32. Checked first, so that no long text is decoded.
  const bytes = text.length === 59 && text[0] === 'b' ? fromBase32(text, 1) : undefined
  return bytes && isCidBytes(bytes) ? new Cid(bytes) : undefined
}

/** As `cidFromText`, and throws `Malformed('cid', …)`. */
export function parseCid(text: string): Cid {
  const cid = cidFromText(text)
  if (!cid)
    throw new Malformed('cid', 'not-blessed', 'expected a base32 CID v1 ("bafy…" or "bafk…") of dag-cbor or raw')
  return cid
}

/** Whether the text is a CID that a link or a blob may hold. */
export const isCid = (text: string): boolean => cidFromText(text) !== undefined

/**
 * The text of a CID that is none of ours (another codec or hash, or v0), as lenient readers meet it in old records;
 * `undefined` when the bytes are no CID at all.
 */
export function foreignCidText(bytes: Uint8Array): string | undefined {
  if (bytes.length > foreignSizeMax) return undefined
  if (bytes.length === 34 && bytes[0] === 0x12 && bytes[1] === 32) return toBase58(bytes)
  return isAnyCidBytes(bytes) ? 'b' + toBase32(bytes) : undefined
}
const foreignSizeMax = 100

/** Whether the bytes are a CID of version 1, of any codec and hash. Throws `Malformed('varint', …)`. */
export function isAnyCidBytes(bytes: Uint8Array): boolean {
  // Version, codec, kind of hash and its length, each a varint of one to three bytes, then the hash.
  let at = 0
  let hashSize = 0
  for (let field = 0; field < 4; field++) {
    hashSize = readVarint(bytes, at)
    if (hashSize < 0 || (field === 0 && hashSize !== 1)) return false
    at = varintEnd
  }
  return bytes.length === at + hashSize
}

/** The CID of a block. */
export function cidOf(codec: Codec, block: Uint8Array): Cid {
  const bytes = headed(codec)
  cryptoEngine.sha256Into(block, bytes, 4)
  return new Cid(bytes)
}

/** The CID of a block of which the SHA-256 is known, 32 bytes. */
export function cidOfDigest(codec: Codec, digest: Uint8Array): Cid {
  const bytes = headed(codec)
  bytes.set(digest, 4)
  return new Cid(bytes)
}

/** A CID but for its digest. */
function headed(codec: Codec): Uint8Array {
  const bytes = new Uint8Array(cidSize)
  bytes[0] = 1
  bytes[1] = codec
  bytes[2] = 0x12
  bytes[3] = 32
  return bytes
}

/** Whether `cid` names `block`: hashes it and compares, allocating nothing. */
export function namesBlock(cid: Cid, block: Uint8Array): boolean {
  cryptoEngine.sha256Into(block, scratch, 0)
  const bytes = cid.bytes
  for (let i = 0; i < 32; i++) if (bytes[i + 4] !== scratch[i]) return false
  return true
}
const scratch = new Uint8Array(32)
