/** The signed head of a repository, format version 3 (spec: repository, "Commit Objects"). */
import {copyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {verifySignature} from '../crypto/key.ts'
import type {PublicKey} from '../crypto/key.ts'
import {decodeCbor} from '../data/cbor-decode.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {Cid, cidOf, codecs} from '../data/cid.ts'
import {isMap} from '../data/value.ts'
import type {Value} from '../data/value.ts'
import type {Block} from '../mst/blocks.ts'
import {isDid} from '../syntax/did.ts'
import type {Did} from '../syntax/did.ts'
import {isTid} from '../syntax/tid.ts'
import type {Tid} from '../syntax/tid.ts'

export const repoVersion = 3
/** Bytes. A commit with the longest DID takes some 2,300; the firehose allows this much for a CAR of one commit. */
const commitSizeMax = 10_000
const signatureSize = 64

export interface UnsignedCommit {
  did: Did
  version: typeof repoVersion
  /** Root of the tree. */
  data: Cid
  /** Rises with every commit. */
  rev: Tid
  /** Null in all that is written today. */
  prev: Cid | null
}

export interface Commit extends UnsignedCommit {
  /** 64 bytes. */
  sig: Uint8Array
}

/** What signs commits: a `Keypair`, or a key that stays elsewhere. */
export interface Signer {
  /** 64 bytes over the SHA-256 of `message`. */
  sign(message: Uint8Array): Uint8Array
}

const fault = (reason: string, detail: string): Malformed => new Malformed('commit', reason, detail)

/**
 * Reads a commit: exactly the six members. Throws `Malformed('commit', …)`, or `Malformed('cbor', …)`. The signature
 * is not looked into.
 */
export function decodeCommit(block: Uint8Array): Commit {
  if (block.length > commitSizeMax) throw fault('too-big', `${block.length} bytes; at most ${commitSizeMax}`)
  const value = decodeCbor(block)
  if (!isMap(value)) throw fault('not-a-commit', 'not a map')
  const {did, version, data, rev, prev, sig} = value
  if (version !== repoVersion) throw fault('wrong-version', `version is not ${repoVersion}`)
  if (typeof did !== 'string' || !isDid(did)) throw fault('bad-did', 'did is no DID')
  if (typeof rev !== 'string' || !isTid(rev)) throw fault('bad-rev', 'rev is no TID')
  if (!isTreeLink(data)) throw fault('bad-data', 'data is no link to a tree')
  if (prev !== null && !isTreeLink(prev)) throw fault('bad-prev', 'prev is neither null nor a link')
  if (!(sig instanceof Uint8Array)) throw fault('bad-sig', 'sig is not bytes')
  if (sig.length !== signatureSize) throw fault('bad-sig', `a signature of ${sig.length} bytes, not ${signatureSize}`)
  if (Object.keys(value).length !== 6) throw fault('unknown-member', 'a member that no commit has')
  return {did, version, data, rev, prev, sig}
}

const isTreeLink = (value: Value | undefined): value is Cid => value instanceof Cid && value.codec === codecs.cbor

const encodeCommit = ({did, version, data, rev, prev, sig}: Commit): Uint8Array<ArrayBuffer> =>
  encodeCbor({did, version, data, rev, prev, sig})

/** What is signed: the commit's encoding without `sig`. */
const commitMessage = ({did, version, data, rev, prev}: UnsignedCommit): Uint8Array<ArrayBuffer> =>
  encodeCbor({did, version, data, rev, prev})

export const signCommit = (commit: UnsignedCommit, signer: Signer): Commit => ({
  ...commit,
  sig: signer.sign(commitMessage(commit)),
})

/** Whether the commit is signed by `key` (spec: cryptography: low-S, 64 bytes). */
export const verifyCommitSignature = (commit: Commit, key: PublicKey): boolean =>
  verifySignature(key, commitMessage(commit), commit.sig)

const scratch = new Uint8Array(commitSizeMax)
/** The member `sig` before its bytes: its name, and the head of 64 bytes. */
const signatureHeadSize = 6

/**
 * As `verifyCommitSignature`, of what `decodeCommit` has just read from `block`, which saves encoding it again: as
 * there is one encoding only, what was signed is the block without one of its six members.
 */
export function verifyCommitBlock(block: Uint8Array, {sig}: Commit, key: PublicKey): boolean {
  const start = sig.byteOffset - block.byteOffset - signatureHeadSize
  const rest = start + signatureHeadSize + signatureSize
  copyBytes(block, 0, start, scratch, 0)
  copyBytes(block, rest, block.length, scratch, start)
  // The head of the map, which counts its members.
  scratch[0]--
  return verifySignature(key, scratch.subarray(0, start + block.length - rest), sig)
}

/** A commit as the block that is stored and sent. */
export function commitBlock(commit: Commit): Block {
  const bytes = encodeCommit(commit)
  return {cid: cidOf(codecs.cbor, bytes), bytes}
}
