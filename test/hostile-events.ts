/**
 * One frame for each reason for which the firehose's verification refuses: what a hostile or broken server may send.
 * The verifier's own test and every service that reads a firehose send all of them.
 */
import {encodeCbor} from '../src/atp/data/cbor-encode.ts'
import type {Cid} from '../src/atp/data/cid.ts'
import type {ValueMap} from '../src/atp/data/value.ts'
import type {Block} from '../src/atp/mst/blocks.ts'
import {encodeCar} from '../src/atp/repo/car-write.ts'
import {commitBlock, signCommit, type Commit} from '../src/atp/repo/commit.ts'
import {tidOf, type Tid} from '../src/atp/syntax/tid.ts'
import {encodeEvent, type CommitEvent, type RepoEvent} from '../src/atp/sync/event.ts'
import {decodeFrame, encodeMessageFrame, frameSizeMax, type MessageFrame} from '../src/atp/sync/frame.ts'
import type {VerifyReason} from '../src/atp/sync/verify.ts'
import {blockOf, testKey, type MadeCommit, type TestRepo} from './commits.ts'

export interface HostileCase {
  reason: VerifyReason
  /** The account that the frames are about, and its key. */
  repo: TestRepo
  /** Sound frames that come first. */
  before: Uint8Array[]
  frame: Uint8Array
}

const post = (n: number): string => `app.bsky.feed.post/3jzfcijpj2z${n}a`
const text = (n: number): ValueMap => ({$type: 'app.bsky.feed.post', text: `post ${n}`})

/** The frame of `event` with members of its body changed, to whatever value. */
function withBody(event: RepoEvent, change: ValueMap): Uint8Array {
  const {t, body} = decodeFrame(encodeEvent(event)) as MessageFrame
  return encodeMessageFrame(t, {...body, ...change})
}

const withOp = (event: CommitEvent, change: ValueMap): Uint8Array =>
  withBody(event, {ops: [{...(event.ops[0] as unknown as ValueMap), ...change}]})

/** The event with its blocks changed: those in `drop` left out, those in `add` put in. */
function withBlocks({event, blocks}: MadeCommit, drop: Cid[], add: Block[] = [], root = event.commit): CommitEvent {
  const kept = [...blocks].filter(({cid}) => !drop.some(dropped => dropped.equals(cid)))
  return {...event, blocks: encodeCar([root], [...kept, ...add])}
}

/** The event with another commit block in the place of its own. */
function withCommit(made: MadeCommit, block: Block, add: Block[] = []): CommitEvent {
  const {event} = made
  return {...withBlocks(made, [event.commit], [block, ...add], block.cid), commit: block.cid}
}

/** A commit of a member that no commit has, or of another version, signed as it stands. */
function oddCommit(commit: Commit, change: ValueMap, repo: TestRepo): Block {
  const {sig: _, ...unsigned} = commit
  const odd = {...(unsigned as unknown as ValueMap), ...change}
  return blockOf({...odd, sig: repo.key.sign(encodeCbor(odd))})
}

/** Makes the event that has one fault, in a repo that holds posts 1 to 4. `made` is its next, sound commit. */
type Spoil = (made: MadeCommit, repo: TestRepo) => RepoEvent | Uint8Array

const spoilers: Record<VerifyReason, Spoil> = {
  'frame-too-big': () => new Uint8Array(frameSizeMax + 1),
  'bad-header': () => encodeCbor(1),
  'bad-body': () => encodeCbor({op: 1, t: '#commit'}),

  'bad-seq': ({event}) => withBody(event, {seq: 0}),
  'bad-did': ({event}) => withBody(event, {repo: 'alice.example.com'}),
  'bad-time': ({event}) => withBody(event, {time: 'now'}),
  'bad-rev': ({event}) => withBody(event, {rev: '1'}),
  'bad-since': ({event}) => withBody(event, {since: '1'}),
  'bad-commit': ({event}) => withBody(event, {commit: null}),
  'bad-prev-data': ({event}) => withBody(event, {prevData: 'bafy'}),
  'bad-blocks': ({event}) => withBody(event, {blocks: null}),
  'blocks-too-big': ({event}) => ({...event, blocks: new Uint8Array(2_000_001)}),
  'bad-ops': ({event}) => withBody(event, {ops: null}),
  'too-many-ops': ({event}) => ({...event, ops: Array.from({length: 201}, () => event.ops[0])}),
  'bad-op-action': ({event}) => withOp(event, {action: 'move'}),
  'bad-op-path': ({event}) => withOp(event, {path: 'app.bsky.feed.post'}),
  'bad-op-cid': ({event}) => withOp(event, {action: 'update', cid: null}),
  'bad-op-prev': ({event}) => withOp(event, {action: 'create', prev: 'bafy'}),
  'bad-handle': ({event}) => encodeMessageFrame('#identity', {seq: 1, did: event.did, time: event.time, handle: ''}),
  'bad-active': ({event}) => encodeMessageFrame('#account', {seq: 1, did: event.did, time: event.time}),
  'bad-status': ({event}) =>
    encodeMessageFrame('#account', {seq: 1, did: event.did, time: event.time, active: true, status: 1}),
  'bad-info': () => encodeMessageFrame('#info', {}),

  'bad-car': ({event}) => ({...event, blocks: event.blocks.subarray(0, event.blocks.length - 1)}),
  'block-hash': ({event}) => {
    const blocks = event.blocks.slice()
    blocks[blocks.length - 1] ^= 1
    return {...event, blocks}
  },
  'root-mismatch': made => withBlocks(made, [], [], made.commit.data),
  'commit-missing': made => withBlocks(made, [made.event.commit]),
  'commit-malformed': (made, repo) => withCommit(made, oddCommit(made.commit, {note: 'hello'}, repo)),
  'commit-version': (made, repo) => withCommit(made, oddCommit(made.commit, {version: 2}, repo)),
  'did-mismatch': (made, repo) => {
    const other = signCommit({...made.commit, did: `${repo.did.slice(0, -1)}b` as Commit['did']}, repo.key)
    return withCommit(made, commitBlock(other))
  },
  'rev-mismatch': ({event}, repo) => ({...event, rev: tidOf(repo.nowMs * 1000 + 1, 0)}),
  'rev-in-future': (made, repo) => {
    const rev = tidOf((repo.nowMs + 600_000) * 1000, 0)
    return {...withCommit(made, commitBlock(signCommit({...made.commit, rev}, repo.key))), rev}
  },
  'since-not-before-rev': ({event}) => ({...event, since: event.rev}),
  'bad-signature': made => withCommit(made, commitBlock(signCommit(made.commit, testKey(99)))),
  'prev-data-missing': ({event}) => ({...event, prevData: undefined}),
  'op-prev-missing': ({event}) => ({...event, ops: event.ops.map(op => ({...op, prev: undefined}))}),
  'duplicate-op-path': ({event}) => ({...event, ops: [...event.ops, event.ops[0]]}),
  'record-missing': made => withBlocks(made, [made.event.ops[0].cid as Cid]),
  'record-too-big': (_, repo) => repo.write({[post(5)]: {text: 'x'.repeat(1_000_000)}}).event,
  'op-mismatch': ({event}) => ({...event, ops: event.ops.map(op => ({...op, path: post(9)}))}),
  'node-missing': made => withBlocks(made, [made.commit.data]),
  'node-malformed': (made, repo) => {
    const node = blockOf({e: 1, l: null})
    return withCommit(made, commitBlock(signCommit({...made.commit, data: node.cid}, repo.key)), [node])
  },
  'inversion-mismatch': ({event}) => ({...event, ops: event.ops.slice(1)}),

  'stale-rev': ({event}) => event,
  'since-mismatch': ({event}) => ({...event, since: tidOf(1, 0) as Tid}),
  'prev-data-mismatch': (_, repo) => {
    repo.write({[post(6)]: text(6)})
    const {event} = repo.write({[post(7)]: text(7)})
    return {...event, since: tidOf((repo.nowMs - 2000) * 1000, 0)}
  },
  'sync-mismatch': (_, repo) => repo.sync(repo.write({[post(6)]: text(6)})),
}

/** One case for each reason. `newRepo` gives an account that has no commit yet; every case takes its own. */
export const hostileCases = (newRepo: (reason: VerifyReason) => TestRepo): HostileCase[] =>
  (Object.keys(spoilers) as VerifyReason[]).map(reason => {
    const repo = newRepo(reason)
    const before = [1, 2, 3, 4].map(n => encodeEvent(repo.write({[post(n)]: text(n)}).event))
    const made = repo.write({[post(2)]: text(20), [post(3)]: null})
    const spoilt = spoilers[reason](made, repo)
    const frame = spoilt instanceof Uint8Array ? spoilt : encodeEvent(spoilt)
    if (reason === 'stale-rev' || reason === 'prev-data-mismatch' || reason === 'sync-mismatch') {
      before.push(encodeEvent(made.event))
    }
    return {reason, repo, before, frame}
  })
