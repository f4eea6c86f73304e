/**
 * Proof of one record, or that there is none: a CAR of the commit and the nodes on the way (`com.atproto.sync.getRecord`;
 * spec: repository, "CAR File Serialization").
 */
import {Malformed} from '#std/malformed.ts'
import {refused, type Explained, type Ok} from '#std/result.ts'
import type {PublicKey} from '../crypto/key.ts'
import type {Cid} from '../data/cid.ts'
import {MissingBlock} from '../mst/blocks.ts'
import {isKey} from '../mst/height.ts'
import {Tree} from '../mst/tree.ts'
import type {Did} from '../syntax/did.ts'
import {readCar} from './car-read.ts'
import {decodeCommit, verifyCommitSignature} from './commit.ts'
import type {Commit} from './commit.ts'

/** What must hold of a proof. */
export interface ProofClaim {
  did: Did
  key: PublicKey
  /** `collection/rkey` */
  path: string
}

export type ProvenRecord =
  /** Nulls: it is proven that there is no such record. */
  Ok & ({commit: Commit; cid: Cid; bytes: Uint8Array} | {commit: Commit; cid: null; bytes: null})

/** For one of these reasons, or a parser's after its name, as in `RefusedRepo`. */
export type RefusedProof = Explained<
  'bad-path' | 'no-root' | 'missing-block' | 'wrong-did' | 'bad-signature' | (string & {})
>

/** Checks the CAR that a server gave as the proof of what is at a path. The bytes are a view of `car`. */
export function verifyRecordProof(car: Uint8Array, claim: ProofClaim): ProvenRecord | RefusedProof {
  try {
    return check(car, claim)
  } catch (error) {
    if (error instanceof MissingBlock) return refused(error.reason, error.message)
    if (error instanceof Malformed) return refused(`${error.format}-${error.reason}`, error.message)
    throw error
  }
}

function check(car: Uint8Array, {did, key, path}: ProofClaim): ProvenRecord | RefusedProof {
  if (!isKey(path)) return refused('bad-path', `${JSON.stringify(path.slice(0, 80))} is no repository path`)
  const {roots, blocks} = readCar(car)
  const root = roots.length > 0 && blocks.get(roots[0])
  if (!root) return refused('no-root', 'the CAR names no commit, or does not have it')
  const commit = decodeCommit(root)
  if (commit.did !== did) return refused('wrong-did', `the proof is of ${commit.did}`)
  if (!verifyCommitSignature(commit, key)) return refused('bad-signature', 'the commit is not signed by the key given')

  const cid = Tree.load(commit.data, blocks).get(path)
  if (!cid) return {ok: true, commit, cid: null, bytes: null}
  const bytes = blocks.get(cid)
  if (!bytes) throw new MissingBlock(cid)
  return {ok: true, commit, cid, bytes}
}
