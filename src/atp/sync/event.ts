/**
 * The events of `com.atproto.sync.subscribeRepos` (spec: sync, "Repository Event Stream"), typed. Reading one checks
 * each member's form, and no more: whether a commit is what it says is for `verify.ts`. Unknown members are left out,
 * and so are `blobs`, `tooBig` and `rebase`, which the specification tells consumers to ignore.
 */
import {Malformed} from '#std/malformed.ts'
import {Cid} from '../data/cid.ts'
import {isMap, type Value, type ValueMap} from '../data/value.ts'
import {isDatetime, type Datetime} from '../syntax/datetime.ts'
import {isDid, type Did} from '../syntax/did.ts'
import {isHandle, type Handle} from '../syntax/handle.ts'
import {isNsid} from '../syntax/nsid.ts'
import {isRecordKey} from '../syntax/record-key.ts'
import {isTid, type Tid} from '../syntax/tid.ts'
import {encodeMessageFrame, type MessageFrame} from './frame.ts'

/** One record's change within a commit. */
export interface RepoOp {
  action: 'create' | 'update' | 'delete'
  /** `collection/rkey`. */
  path: string
  /** The record's new version; null when it was deleted. */
  cid: Cid | null
  /** The version before, for update and delete; absent in commits from before Sync 1.1. */
  prev?: Cid
}

export interface CommitEvent {
  t: '#commit'
  seq: number
  /** `repo` on the wire. */
  did: Did
  time: Datetime
  rev: Tid
  /** Revision of the commit before; null for the first of a repo. */
  since: Tid | null
  commit: Cid
  /** CAR of the commit block, changed nodes, new records and the nodes needed to undo `ops`. */
  blocks: Uint8Array
  ops: RepoOp[]
  /** Root of the tree before this commit; absent before Sync 1.1, and in the first commit of a repo. */
  prevData?: Cid
}

export interface SyncEvent {
  t: '#sync'
  seq: number
  did: Did
  time: Datetime
  rev: Tid
  /** CAR of the commit block alone. */
  blocks: Uint8Array
}

export interface IdentityEvent {
  t: '#identity'
  seq: number
  did: Did
  time: Datetime
  handle?: Handle
}

/** `status` is one of these, or a later addition: the text is open (spec: account, "Hosting Status"). */
export type AccountStatus =
  | 'takendown'
  | 'suspended'
  | 'deleted'
  | 'deactivated'
  | 'desynchronized'
  | 'throttled'
  | (string & {})

export interface AccountEvent {
  t: '#account'
  seq: number
  did: Did
  time: Datetime
  active: boolean
  status?: AccountStatus
}

/** A notice to this one connection, such as `OutdatedCursor`; it has no `seq`. */
export interface InfoEvent {
  t: '#info'
  name: string
  message?: string
}

export type RepoEvent = CommitEvent | SyncEvent | IdentityEvent | AccountEvent | InfoEvent

/** Records that one commit may change, and bytes of its CAR (spec: sync, "#commit Events"). */
export const opsMax = 200
export const blocksSizeMax = 2_000_000
/** Bytes of a `#sync` event's CAR (lexicon: subscribeRepos). */
const syncBlocksSizeMax = 10_000
/** UTF-16 units of why an account is not active. */
export const statusLengthMax = 128
const messageLengthMax = 10_000

/** Faults of an event's form, as `Malformed('event', …)` names them. */
export const eventFaults = {
  'bad-seq': 'The sequence number is not an integer above 0 and below 2^53.',
  'bad-did': 'The account is not named by a DID.',
  'bad-time': 'The time is not a datetime.',
  'bad-rev': 'The revision is not a TID.',
  'bad-since': 'The revision before is neither a TID nor null.',
  'bad-commit': 'The commit is not a CID.',
  'bad-prev-data': 'The tree before is given, and is not a CID.',
  'bad-blocks': 'The blocks are not bytes.',
  'blocks-too-big': `The blocks are more than ${blocksSizeMax} bytes, or ${syncBlocksSizeMax} in a #sync.`,
  'bad-ops': 'The ops are not a list of objects.',
  'too-many-ops': `One commit has more than ${opsMax} ops.`,
  'bad-op-action': 'An op is none of create, update and delete.',
  'bad-op-path': 'The path of an op is not a collection and a record key.',
  'bad-op-cid': 'A create or update has no CID, or a delete has one.',
  'bad-op-prev': 'The version before is given, and is not a CID, or it is given for a create.',
  'bad-handle': 'The handle is given, and is not one.',
  'bad-active': 'An #account event does not say whether the account is active.',
  'bad-status': 'The status is given, and is not a short text.',
  'bad-info': 'An #info event has no name.',
} as const
export type EventFault = keyof typeof eventFaults

function refuse(reason: EventFault, found?: Value): never {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 80)) : found === null ? 'null' : typeof found
  throw new Malformed('event', reason, `${eventFaults[reason]} Found: ${shown}.`)
}

/** CIDs with a null byte before them or of other codecs never get here: the decoder refuses them. */
const isCidValue = (value: Value | undefined): value is Cid => value instanceof Cid

function readSeq(value: Value): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : refuse('bad-seq', value)
}
const readDid = (value: Value): Did => (typeof value === 'string' && isDid(value) ? value : refuse('bad-did', value))
const readTime = (value: Value): Datetime =>
  typeof value === 'string' && isDatetime(value) ? value : refuse('bad-time', value)
const readRev = (value: Value): Tid => (typeof value === 'string' && isTid(value) ? value : refuse('bad-rev', value))

function readBlocks(value: Value, sizeMax: number): Uint8Array {
  if (!(value instanceof Uint8Array)) return refuse('bad-blocks', value)
  return value.length <= sizeMax ? value : refuse('blocks-too-big')
}

/** Whether `path` is a collection, a slash and a record key (spec: repository, "Repository Paths"). */
export function isRepoPath(path: string): boolean {
  const slash = path.indexOf('/')
  return slash > 0 && isNsid(path.slice(0, slash)) && isRecordKey(path.slice(slash + 1))
}

function readOp(value: Value): RepoOp {
  if (!isMap(value)) return refuse('bad-ops', value)
  const {action, path, cid, prev} = value
  if (action !== 'create' && action !== 'update' && action !== 'delete') return refuse('bad-op-action', action)
  if (typeof path !== 'string' || !isRepoPath(path)) return refuse('bad-op-path', path)
  if (action === 'delete' ? cid !== null && cid !== undefined : !isCidValue(cid)) return refuse('bad-op-cid', cid)
  const op: RepoOp = {action, path, cid: isCidValue(cid) ? cid : null}
  if (prev === undefined || prev === null) return op
  if (!isCidValue(prev) || action === 'create') return refuse('bad-op-prev', prev)
  op.prev = prev
  return op
}

function readOps(value: Value): RepoOp[] {
  if (!Array.isArray(value)) return refuse('bad-ops', value)
  if (value.length > opsMax) return refuse('too-many-ops')
  return value.map(readOp)
}

function readCommit({seq, repo, time, rev, since, commit, blocks, ops, prevData}: ValueMap): CommitEvent {
  if (since !== null && (typeof since !== 'string' || !isTid(since))) return refuse('bad-since', since)
  if (!isCidValue(commit)) return refuse('bad-commit', commit)
  const event: CommitEvent = {
    t: '#commit',
    seq: readSeq(seq),
    did: readDid(repo),
    time: readTime(time),
    rev: readRev(rev),
    since,
    commit,
    blocks: readBlocks(blocks, blocksSizeMax),
    ops: readOps(ops),
  }
  if (prevData === undefined || prevData === null) return event
  if (!isCidValue(prevData)) return refuse('bad-prev-data', prevData)
  event.prevData = prevData
  return event
}

function readSync({seq, did, time, rev, blocks}: ValueMap): SyncEvent {
  return {
    t: '#sync',
    seq: readSeq(seq),
    did: readDid(did),
    time: readTime(time),
    rev: readRev(rev),
    blocks: readBlocks(blocks, syncBlocksSizeMax),
  }
}

function readIdentity({seq, did, time, handle}: ValueMap): IdentityEvent {
  const event: IdentityEvent = {t: '#identity', seq: readSeq(seq), did: readDid(did), time: readTime(time)}
  if (handle === undefined || handle === null) return event
  if (typeof handle !== 'string' || !isHandle(handle)) return refuse('bad-handle', handle)
  event.handle = handle
  return event
}

function readAccount({seq, did, time, active, status}: ValueMap): AccountEvent {
  if (typeof active !== 'boolean') return refuse('bad-active', active)
  const event: AccountEvent = {t: '#account', seq: readSeq(seq), did: readDid(did), time: readTime(time), active}
  if (status === undefined || status === null) return event
  if (typeof status !== 'string' || status.length > statusLengthMax) return refuse('bad-status', status)
  event.status = status
  return event
}

function readInfo({name, message}: ValueMap): InfoEvent {
  if (typeof name !== 'string' || name.length > statusLengthMax) return refuse('bad-info', name)
  if (typeof message !== 'string') return {t: '#info', name}
  return {t: '#info', name, message: message.slice(0, messageLengthMax)}
}

/** The event in a frame; `undefined` for a type that is not known here. Throws `Malformed('event', …)`. */
export function parseEvent({t, body}: MessageFrame): RepoEvent | undefined {
  switch (t) {
    case '#commit':
      return readCommit(body)
    case '#sync':
      return readSync(body)
    case '#identity':
      return readIdentity(body)
    case '#account':
      return readAccount(body)
    case '#info':
      return readInfo(body)
    default:
      return undefined
  }
}

/** The frame that carries an event. What is left out when an event is read is written as the lexicon demands it. */
export function encodeEvent(event: RepoEvent): Uint8Array<ArrayBuffer> {
  const {t, ...members} = event
  if (event.t !== '#commit') return encodeMessageFrame(t, members as ValueMap)
  const {t: _, did, ops, ...rest} = event
  return encodeMessageFrame(t, {
    ...rest,
    repo: did,
    ops: ops.map(op => ({...op}) as ValueMap),
    blobs: [],
    tooBig: false,
    rebase: false,
  } as ValueMap)
}
