/**
 * The proof that a record is in a repository, taken apart for a person: the commit, the nodes on the way, the record,
 * each with what its bytes hash to. Whether the proof holds is decided by `verifyRecordProof` and by nothing here; the
 * steps are the picture of it, and of a proof that does not hold they go as far as they lead.
 */
import {Malformed} from '#std/malformed.ts'
import {formatDidKey, type PublicKey} from '#atp/crypto/key.ts'
import {cidOf, type Cid} from '#atp/data/cid.ts'
import {keyBytes, keyHeight, keyHeightOfBytes} from '#atp/mst/height.ts'
import {NodeView} from '#atp/mst/node.ts'
import {CarParser} from '#atp/repo/car-read.ts'
import {decodeCommit, verifyCommitSignature, type Commit} from '#atp/repo/commit.ts'
import {verifyRecordProof, type ProvenRecord, type RefusedProof} from '#atp/repo/record-proof.ts'
import type {Did} from '#atp/syntax/did.ts'

export interface ProofStep {
  kind: 'commit' | 'node' | 'record' | 'missing'
  ok: boolean
  /** What it is called by the step before; the commit by the CAR's header. */
  cid: string
  /** What its bytes really hash to, when they are there. */
  computed: string | undefined
  /** Bytes. */
  size: number
  /** Of a node: its level, 0 is the lowest, and its entries. */
  level?: number
  entryCount?: number
  /** Where it leads, in words. */
  says: string
}

export interface Proof {
  verdict: ProvenRecord | RefusedProof
  commit: Commit | undefined
  signatureOk: boolean
  key: string
  /** The level that the path's hash puts it on. */
  height: number
  steps: ProofStep[]
  /** Bytes of the whole CAR, and its blocks. */
  carSize: number
  blockCount: number
}

const stepsMax = 64

export function proofOf(car: Uint8Array, claim: {did: Did; key: PublicKey; path: string}): Proof {
  const verdict = verifyRecordProof(car, claim)
  const {root, blocks} = readUnchecked(car)
  const proof: Proof = {
    verdict,
    commit: undefined,
    signatureOk: false,
    key: formatDidKey(claim.key),
    height: keyHeight(claim.path),
    steps: [],
    carSize: car.length,
    blockCount: blocks.size,
  }
  try {
    if (root) follow(proof, root, blocks, claim)
  } catch (error) {
    // The fault is in the verdict already.
    if (!(error instanceof Malformed)) throw error
  }
  return proof
}

/** Blocks under the names that the CAR gives them, right or wrong: the picture shows which name is not true. */
function readUnchecked(car: Uint8Array): {root: Cid | undefined; blocks: Map<string, Uint8Array>} {
  const blocks = new Map<string, Uint8Array>()
  const parser = new CarParser()
  try {
    parser.push(car)
    while (parser.next()) {
      const {cid, window, cidStart, end} = parser
      blocks.set(cid.key, window.subarray(cidStart + cid.bytes.length, end))
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  return {root: parser.roots?.[0], blocks}
}

function follow(
  proof: Proof,
  root: Cid,
  blocks: ReadonlyMap<string, Uint8Array>,
  {key, path}: {key: PublicKey; path: string},
): void {
  const {steps} = proof
  /** Notes the block that is next on the way; `undefined` ends the way. */
  const take = (kind: ProofStep['kind'], cid: Cid): {bytes: Uint8Array; step: ProofStep} | undefined => {
    const bytes = blocks.get(cid.key)
    const computed = bytes && String(cidOf(cid.codec, bytes))
    const ok = computed === String(cid)
    const says = bytes ? '' : 'The server did not send this block.'
    const step = {
      kind: bytes ? kind : 'missing',
      ok,
      cid: String(cid),
      computed,
      size: bytes?.length ?? 0,
      says,
    } as const
    steps.push({...step})
    return bytes && {bytes, step: steps[steps.length - 1]}
  }

  const head = take('commit', root)
  if (!head) return
  const commit = (proof.commit = decodeCommit(head.bytes))
  proof.signatureOk = verifyCommitSignature(commit, key)
  head.step.says = `Revision ${commit.rev} of ${commit.did}. Its “data” is the root of the tree.`

  const wanted = keyBytes(path)
  let next: Cid | undefined = commit.data
  let level = -1
  while (next && steps.length < stepsMax) {
    const found = take('node', next)
    if (!found) return
    const view = new NodeView()
    view.read(found.bytes)
    level = level < 0 ? (view.count > 0 ? keyHeightOfBytes(keyBytes(view.key(0))) : 0) : level - 1
    found.step.level = level
    found.step.entryCount = view.count
    const at = view.find(wanted)
    if (at >= 0) {
      found.step.says = `Entry ${at + 1} of ${view.count} is this record's key, with the CID of the record.`
      take('record', view.cid(view.value(at)))
      const last = steps[steps.length - 1]
      if (last.kind === 'record') last.says = 'The record, as it was signed.'
      return
    }
    const link = view.link(-1 - at)
    found.step.says = link === 0 ? nothingHere(view, -1 - at) : goesDown(view, -1 - at)
    next = link === 0 ? undefined : view.cid(link)
  }
}

const goesDown = (view: NodeView, at: number): string =>
  view.count === 0
    ? 'It has no keys of its own; everything is below it.'
    : at === 0
      ? `The key comes before the first of its ${plural(view.count)}: down by the left link.`
      : at === view.count
        ? `The key comes after the last of its ${plural(view.count)}: down by the last link.`
        : `The key comes between entries ${at} and ${at + 1} of ${view.count}: down by the link between them.`

const nothingHere = (view: NodeView, at: number): string =>
  `The key would stand after entry ${at} of ${view.count}, and there is nothing: no such record is in this repository.`

const plural = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`)
