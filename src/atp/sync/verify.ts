/**
 * Verification of firehose events, each by itself (spec: sync, "Message Validation Checklist"). A verified `#commit` is
 * signed by the account, is what its envelope says, and its list of operations is complete: undone in the tree that
 * came with it, they give the root of the tree before. Whether that tree is the one a follower knows is the chain's
 * business (`chain.ts`). Everything here is pure and needs no state, so it can run on any core.
 *
 * Not checked, as it is not for a relay to do: what is inside the records.
 */
import {Malformed} from '#std/malformed.ts'
import type {Explained, Ok} from '#std/result.ts'
import type {PublicKey} from '../crypto/key.ts'
import type {Cid} from '../data/cid.ts'
import type {BlockMap} from '../mst/blocks.ts'
import {invertCommit, type Inversion, type InversionFault} from '../mst/proof.ts'
import {Tree} from '../mst/tree.ts'
import {readCar} from '../repo/car-read.ts'
import {decodeCommit, verifyCommitBlock, type Commit} from '../repo/commit.ts'
import {tidMicros} from '../syntax/tid.ts'
import {chainFaults} from './chain.ts'
import {eventFaults, parseEvent, type CommitEvent, type RepoEvent, type RepoOp, type SyncEvent} from './event.ts'
import {decodeFrame, encodeMessageFrame, frameFaults, type ErrorFrame, type Frame} from './frame.ts'

/** Bytes of one record's block (spec: sync, "#commit Events"). */
const recordSizeMax = 1_000_000
/** Blocks in one event. 200 operations on a tree of ten levels, with the neighbours of each, touch half as many. */
const blockCountMax = 10_000
const revFutureMaxMs = 5 * 60_000

const proofFaults = {
  'bad-car': 'The blocks are not one whole CAR v1.',
  'block-hash': 'A block is not what its CID says.',
  'root-mismatch': 'The first root of the blocks is not the commit.',
  'commit-missing': 'The commit itself is not among the blocks.',
  'commit-malformed': 'The commit block is not a canonical commit object.',
  'commit-version': 'The commit is of another repository version than 3.',
  'did-mismatch': 'The commit is of another account than the event.',
  'rev-mismatch': 'The commit has another revision than the event.',
  'rev-in-future': 'The revision lies further in the future than clocks may differ.',
  'since-not-before-rev': 'The revision before is not below the revision.',
  'bad-signature': 'The signature is not by the signing key of the account.',
  'prev-data-missing': 'The commit is not the first of its repo, and does not name the tree before.',
  'op-prev-missing': 'An update or delete does not name the version before.',
  'duplicate-op-path': 'Two ops are on one path.',
  'record-missing': 'A record that was created or updated is not among the blocks.',
  'record-too-big': `A record is larger than ${recordSizeMax} bytes.`,
  'op-mismatch': 'The tree does not have at the path of an op what the op says.',
  'node-missing': 'A node of the tree that is needed to undo the ops is not among the blocks.',
  'node-malformed': 'A node of the tree is not canonical, or not in its place.',
  'inversion-mismatch': 'Undone, the ops do not give the tree before: one is missing or untrue.',
} as const

/** Every reason for which an event is refused, with its explanation: what is counted, shown and documented. */
export const verifyReasons = {...frameFaults, ...eventFaults, ...proofFaults, ...chainFaults} as const
export type VerifyReason = keyof typeof verifyReasons
type ProofFault = keyof typeof proofFaults

export type Rejection = Explained<VerifyReason>

export interface VerifyRules {
  /** The time, in milliseconds since 1970. */
  nowMs: number
  /** How far ahead of it a revision may lie. Default 5 minutes. */
  revFutureMaxMs?: number
  /**
   * Whether a commit must name the tree before and the versions before, as Sync 1.1 has it; default true. Without it,
   * a commit that names no tree before passes on its signature and on having what its ops say. That role is a relay's
   * for servers from before 2025; whoever keeps an index cannot do without.
   */
  requirePrevData?: boolean
}

export interface VerifiedCommit extends Ok {
  event: CommitEvent
  /** Root of the tree after the commit. */
  data: Cid
  /** All blocks of the event, each known to be what its CID says: records among them. */
  blocks: BlockMap
  /** Whether the ops are proven complete. Always so unless the rules let a commit without `prevData` pass. */
  complete: boolean
  /**
   * Whether a record that stands beside the only one that the commit changed shows that the same collections have records
   * as before: what `collectionFacts` would say, for next to nothing. Else it may be so all the same.
   */
  isBeside: boolean
}

export interface VerifiedSync extends Ok {
  event: SyncEvent
  commit: Cid
  /** Root of the tree. */
  data: Cid
}

/** What one frame holds. */
export interface ReadFrame extends Ok {
  event?: RepoEvent
  error?: ErrorFrame
  canonical?: Uint8Array
}

class Refused extends Error {
  readonly reason: ProofFault

  constructor(reason: ProofFault, detail: string) {
    super(detail)
    this.reason = reason
  }
}

function refuse(reason: ProofFault, found = ''): never {
  throw new Refused(reason, found === '' ? proofFaults[reason] : `${proofFaults[reason]} Found: ${found}.`)
}

/** Ends whatever `work` refuses as a value, so that nothing upstream can throw through a loop. */
function judge<T>(work: () => T): T | Rejection {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refused) return {ok: false, reason: error.reason, detail: error.message}
    throw error
  }
}

/**
 * Reads one frame of the firehose. `event` is undefined for a type that is not known here, which is to be passed over.
 * `canonical` is there when the frame was not in canonical form: the same event in a frame that is.
 * A rejected frame (`frame-too-big`, `bad-header`, `bad-body`) is a reason to drop the connection; a rejected event
 * only to drop the event.
 */
export function readRepoFrame(bytes: Uint8Array): ReadFrame | Rejection {
  try {
    const frame = decodeFrame(bytes)
    if (frame.op === -1) return {ok: true, error: frame}
    const event = frame.op === 1 ? parseEvent(frame) : undefined
    return event ? {ok: true, event, ...canonicalOf(frame)} : {ok: true}
  } catch (error) {
    // The parsers' reasons are those that `frameFaults` and `eventFaults` list: a test reads them all.
    if (error instanceof Malformed) return {ok: false, reason: error.reason as VerifyReason, detail: error.message}
    throw error
  }
}

/** Of the header nothing is kept but what is known here. */
const canonicalOf = (frame: Frame): {canonical?: Uint8Array} =>
  frame.op === 1 && frame.isOdd ? {canonical: encodeMessageFrame(frame.t, frame.body)} : {}

/** Verifies a `#commit` with the account's signing key. Holds for this event alone: see `followCommit`. */
export const verifyCommitEvent = (event: CommitEvent, key: PublicKey, rules: VerifyRules): VerifiedCommit | Rejection =>
  judge(() => {
    const {since, rev, commit: cid, prevData, ops} = event
    checkTime(event, rules)
    if (since !== null && since >= rev) refuse('since-not-before-rev', `${since}, then ${rev}`)
    if (!prevData && since !== null && rules.requirePrevData !== false) refuse('prev-data-missing')
    const {root, blocks} = readBlocks(event.blocks)
    if (!root.equals(cid)) refuse('root-mismatch', root.toString())
    checkRecords(ops, blocks)
    const commit = readCommit(cid, event, blocks, key)
    // The first commit of a repo follows an empty tree.
    const before = prevData ?? (since === null ? Tree.empty().root() : undefined)
    let isBeside = false
    if (before) isBeside = checkInversion(invertCommit(commit.data, blocks, ops), before)
    else checkOps(Tree.load(commit.data, blocks, {trustPlaces: true}), ops)
    return {ok: true, event, data: commit.data, blocks, complete: before !== undefined, isBeside}
  })

/** Verifies a `#sync` with the account's signing key. Holds for this event alone: see `followSync`. */
export const verifySyncEvent = (event: SyncEvent, key: PublicKey, rules: VerifyRules): VerifiedSync | Rejection =>
  judge(() => {
    checkTime(event, rules)
    const {root, blocks} = readBlocks(event.blocks)
    const commit = readCommit(root, event, blocks, key)
    return {ok: true, event, commit: root, data: commit.data}
  })

function checkTime({rev}: {rev: CommitEvent['rev']}, rules: VerifyRules): void {
  const aheadMs = tidMicros(rev) / 1000 - rules.nowMs
  if (aheadMs > (rules.revFutureMaxMs ?? revFutureMaxMs)) {
    refuse('rev-in-future', `${rev}, ${Math.round(aheadMs / 1000)} s ahead`)
  }
}

function readBlocks(bytes: Uint8Array): {root: Cid; blocks: BlockMap} {
  try {
    const {roots, blocks} = readCar(bytes, {blockCountMax})
    return {root: roots[0] ?? refuse('root-mismatch', 'no root'), blocks}
  } catch (error) {
    if (error instanceof Malformed) refuse(error.reason === 'wrong-hash' ? 'block-hash' : 'bad-car', error.message)
    throw error
  }
}

/** The commit, which is what the event says and signed by the key. */
function readCommit(cid: Cid, event: CommitEvent | SyncEvent, blocks: BlockMap, key: PublicKey): Commit {
  const block = blocks.get(cid) ?? refuse('commit-missing', cid.toString())
  const commit = decode(block)
  if (commit.did !== event.did) refuse('did-mismatch', commit.did)
  if (commit.rev !== event.rev) refuse('rev-mismatch', commit.rev)
  if (!verifyCommitBlock(block, commit, key)) refuse('bad-signature')
  return commit
}

function decode(block: Uint8Array): Commit {
  try {
    return decodeCommit(block)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return refuse(error.reason === 'wrong-version' ? 'commit-version' : 'commit-malformed', error.message)
  }
}

function checkRecords(ops: readonly RepoOp[], blocks: BlockMap): void {
  for (const {path, cid} of ops) {
    if (!cid) continue
    const record = blocks.get(cid) ?? refuse('record-missing', path)
    if (record.length > recordSizeMax) refuse('record-too-big', `${record.length} bytes at ${path}`)
  }
}

const inversionReasons: Record<InversionFault, ProofFault> = {
  'bad-op': 'op-prev-missing',
  // Paths were checked when the event was read, by a stricter rule than the tree's.
  'bad-path': 'op-mismatch',
  'duplicate-path': 'duplicate-op-path',
  'op-mismatch': 'op-mismatch',
  'missing-block': 'node-missing',
  'bad-node': 'node-malformed',
}

/** Tells whether a key was seen beside the one that was undone. */
function checkInversion(inversion: Inversion, before: Cid): boolean {
  if (!inversion.ok) refuse(inversionReasons[inversion.reason], inversion.detail)
  if (!inversion.root.equals(before)) refuse('inversion-mismatch', `${inversion.root}, not ${before}`)
  return inversion.isBeside ?? false
}

/** What can be checked of ops that name no version before: that they came out as they say. */
function checkOps(tree: Tree, ops: readonly RepoOp[]): void {
  const paths = new Set<string>()
  try {
    for (const {path, cid} of ops) {
      if (paths.has(path)) refuse('duplicate-op-path', path)
      paths.add(path)
      const found = tree.get(path)
      if (cid ? !cid.equals(found) : found) refuse('op-mismatch', `${path}: ${found ?? 'nothing'}`)
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    refuse(error.reason === 'missing-block' ? 'node-missing' : 'node-malformed', error.message)
  }
}
