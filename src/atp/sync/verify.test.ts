import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {toUtf8} from '#std/text.ts'
import {hostileCases} from '../../../test/hostile-events.ts'
import {TestRepo, blockOf, testKey} from '../../../test/commits.ts'
import {Keypair, type PublicKey} from '../crypto/key.ts'
import type {Cid} from '../data/cid.ts'
import {keyHeight} from '../mst/height.ts'
import {encodeCar} from '../repo/car-write.ts'
import {commitBlock, signCommit} from '../repo/commit.ts'
import {tidOf} from '../syntax/tid.ts'
import {followCommit, followSync, type ChainState} from './chain.ts'
import type {CommitEvent, RepoOp, SyncEvent} from './event.ts'
import {encodeErrorFrame, encodeMessageFrame} from './frame.ts'
import {
  readRepoFrame,
  verifyCommitEvent,
  verifyReasons,
  verifySyncEvent,
  type Rejection,
  type VerifiedCommit,
  type VerifiedSync,
  type VerifyRules,
} from './verify.ts'

const startMs = Date.parse('2026-01-02T03:04:05Z')
const newRepo = (): TestRepo => new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(7), startMs)

/** A follower of one repo: what becomes of a frame, in one word. */
class Follower {
  state: ChainState | undefined
  readonly #key: PublicKey

  constructor(key: PublicKey) {
    this.#key = key
  }

  take(frame: Uint8Array, rules: VerifyRules): string {
    const read = readRepoFrame(frame)
    if (!read.ok) return read.reason
    const event = read.event
    if (event?.t !== '#commit' && event?.t !== '#sync') return 'passed'
    const verified =
      event.t === '#commit' ? verifyCommitEvent(event, this.#key, rules) : verifySyncEvent(event, this.#key, rules)
    if (!verified.ok) return verified.reason
    const chained =
      event.t === '#commit'
        ? followCommit(this.state, event, verified.data)
        : followSync(this.state, event, verified.data)
    this.state = chained.state
    return 'reason' in chained ? chained.reason : chained.verdict
  }
}

const path = (n: number): string => `app.bsky.feed.post/${n}`

/** What a verification came to, in one word. */
function verdict(verified: VerifiedCommit | VerifiedSync | Rejection): string {
  if (!verified.ok) return verified.reason
  return 'complete' in verified && verified.complete ? 'complete' : 'passed'
}

const cases = hostileCases(newRepo)

test('there is a hostile frame for every reason', () => {
  deepEqual(cases.map(({reason}) => reason).toSorted(), Object.keys(verifyReasons).toSorted())
})

for (const {reason, repo, before, frame} of cases) {
  test(`${reason}: ${verifyReasons[reason]}`, () => {
    const follower = new Follower(repo.key.publicKey)
    const rules = {nowMs: startMs + 10_000}
    before.forEach((frame, i) => equal(follower.take(frame, rules), i === 0 ? 'first' : 'ok'))
    equal(follower.take(frame, rules), reason)
  })
}

test('the first commit of a repo needs no prevData: it must account for the whole tree', () => {
  const repo = newRepo()
  const {event} = repo.write({'app.bsky.feed.post/a': {text: 'a'}, 'app.bsky.feed.post/b': {text: 'b'}})
  const rules = {nowMs: startMs + 10_000}
  equal(event.prevData, undefined)
  equal(verdict(verifyCommitEvent(event, repo.key.publicKey, rules)), 'complete')
  equal(
    verdict(verifyCommitEvent({...event, ops: event.ops.slice(1)}, repo.key.publicKey, rules)),
    'inversion-mismatch',
  )
})

test('a commit that changes no record moves the revision alone', () => {
  const repo = newRepo()
  repo.write({'app.bsky.feed.post/a': {text: 'a'}})
  const {event} = repo.write({})
  equal(verdict(verifyCommitEvent(event, repo.key.publicKey, {nowMs: startMs + 10_000})), 'complete')
  deepEqual(event.ops, [])
})

test('an op that is left out, made up or untrue does not pass', () => {
  const repo = newRepo()
  repo.write(Object.fromEntries(Array.from({length: 50}, (_, n) => [path(n), {n}])))
  const made = repo.write({[path(60)]: {n: 60}, [path(3)]: {n: 33}, [path(40)]: null})
  const {event} = made
  const [create, update, remove] = event.ops
  const judge = (ops: RepoOp[]): string =>
    verdict(verifyCommitEvent({...event, ops}, repo.key.publicKey, {nowMs: startMs + 10_000}))
  equal(judge([create, update, remove]), 'complete')
  equal(judge([remove, create, update]), 'complete', 'in any order')
  for (const ops of [[update, remove], [create, remove], [create, update], []]) equal(judge(ops), 'inversion-mismatch')
  equal(judge([create, {...update, prev: create.cid ?? undefined}, remove]), 'inversion-mismatch')
  equal(judge([{...create, action: 'update', prev: update.prev}, update, remove]), 'inversion-mismatch')
  equal(judge([create, {...update, cid: create.cid}, remove]), 'op-mismatch')
  equal(judge([create, update, remove, {...remove, path: path(99)}]), 'inversion-mismatch')
  equal(judge([create, update, {...remove, path: path(41)}]), 'op-mismatch')
})

test('blocks that nothing needs are passed over, as long as they are what they say', () => {
  const repo = newRepo()
  const {event, blocks} = repo.write({'app.bsky.feed.post/a': {text: 'a'}})
  const extra = blockOf({stowaway: true})
  const withExtra = {...event, blocks: encodeCar([event.commit, extra.cid], [extra, ...blocks])}
  equal(verdict(verifyCommitEvent(withExtra, repo.key.publicKey, {nowMs: startMs + 10_000})), 'complete')
})

test('under a relaxed rule a commit without prevData passes on its signature and its ops as far as they show', () => {
  const repo = newRepo()
  repo.write({'app.bsky.feed.post/a': {text: 'a'}, 'app.bsky.feed.post/b': {text: 'b'}})
  const made = repo.write({'app.bsky.feed.post/a': {text: 'c'}, 'app.bsky.feed.post/b': null})
  const legacy = {...made.event, prevData: undefined, ops: made.event.ops.map(op => ({...op, prev: undefined}))}
  const rules = {nowMs: startMs + 10_000, requirePrevData: false}
  const judge = (change: Partial<CommitEvent>): string =>
    verdict(verifyCommitEvent({...legacy, ...change}, repo.key.publicKey, rules))
  equal(judge({}), 'passed')
  equal(judge({ops: legacy.ops.slice(1)}), 'passed', 'that an op is missing does not show')
  equal(judge({ops: [...legacy.ops, legacy.ops[1]]}), 'duplicate-op-path')
  equal(judge({ops: [{...legacy.ops[0], path: 'app.bsky.feed.post/b'}]}), 'op-mismatch')
  equal(judge({ops: [{action: 'delete', path: 'app.bsky.feed.post/a', cid: null}]}), 'op-mismatch')
  equal(judge({prevData: made.event.prevData}), 'op-prev-missing', 'what is given is checked in full')
  equal(verdict(verifyCommitEvent(made.event, repo.key.publicKey, rules)), 'complete')
})

test('a revision may be five minutes ahead of the clock', () => {
  const repo = newRepo()
  const {event} = repo.write({})
  const judge = (rules: VerifyRules): string => verdict(verifyCommitEvent(event, repo.key.publicKey, rules))
  const revMs = startMs + 1000
  equal(judge({nowMs: revMs - 300_000}), 'complete')
  equal(judge({nowMs: revMs - 300_001}), 'rev-in-future')
  equal(judge({nowMs: revMs - 1001, revFutureMaxMs: 1000}), 'rev-in-future')
})

test('keys of either curve sign', () => {
  const key = Keypair.import('p256', new Uint8Array(32).fill(7))
  const repo = new TestRepo('did:web:alice.example.com', key, startMs)
  const {event} = repo.write({'app.bsky.feed.post/a': {text: 'a'}})
  const rules = {nowMs: startMs + 10_000}
  equal(verdict(verifyCommitEvent(event, key.publicKey, rules)), 'complete')
  equal(verdict(verifyCommitEvent(event, testKey(7).publicKey, rules)), 'bad-signature')
})

test('a refusal says what was found, where there is something to say', () => {
  const repo = newRepo()
  const {event} = repo.write({})
  const detail = (rules: VerifyRules, key = repo.key.publicKey): string => {
    const verified = verifyCommitEvent(event, key, rules)
    return verified.ok ? '' : verified.detail
  }
  equal(detail({nowMs: startMs + 10_000}, testKey(99).publicKey), verifyReasons['bad-signature'])
  equal(detail({nowMs: startMs - 600_000}), `${verifyReasons['rev-in-future']} Found: ${event.rev}, 601 s ahead.`)
})

test('a #sync is a commit that is signed and is what the event says', () => {
  const repo = newRepo()
  const made = repo.write({'app.bsky.feed.post/a': {text: 'a'}})
  const event = repo.sync(made)
  const rules = {nowMs: startMs + 10_000}
  const judge = (change: Partial<SyncEvent>): string =>
    verdict(verifySyncEvent({...event, ...change}, repo.key.publicKey, rules))
  equal(judge({}), 'passed')
  equal(judge({did: 'did:web:mallory.example.com' as SyncEvent['did']}), 'did-mismatch')
  equal(judge({rev: tidOf(1, 0)}), 'rev-mismatch')
  equal(judge({blocks: encodeCar([], made.blocks)}), 'root-mismatch')
  equal(judge({blocks: encodeCar([made.commit.data], [])}), 'commit-missing')
  equal(judge({blocks: new Uint8Array(9)}), 'bad-car')
  equal(verdict(verifySyncEvent(event, testKey(8).publicKey, rules)), 'bad-signature')
  equal(verdict(verifySyncEvent(event, repo.key.publicKey, {nowMs: startMs - 600_000})), 'rev-in-future')
})

test('frames that carry no event are told apart', () => {
  deepEqual(readRepoFrame(encodeMessageFrame('#later', {seq: 1})), {ok: true})
  deepEqual(readRepoFrame(encodeErrorFrame('FutureCursor')), {ok: true, error: {op: -1, error: 'FutureCursor'}})
})

test('an op on a key that stands on a wrong level of the tree does not pass', () => {
  const repo = newRepo()
  const made = repo.write({[path(1)]: {n: 1}})
  const record = made.event.ops[0].cid as Cid
  const [low, high] = [path(1), path(3)]
  deepEqual([keyHeight(low), keyHeight(high)], [0, 2])
  // One node of two keys whose heights differ; the tree before is the same, so that undoing nothing would do.
  const suffix = toUtf8(high.slice(-1))
  const node = blockOf({
    e: [
      {k: toUtf8(low), p: 0, t: null, v: record},
      {k: suffix, p: low.length - 1, t: null, v: record},
    ],
    l: null,
  })
  const commit = commitBlock(signCommit({...made.commit, data: node.cid}, repo.key))
  const event: CommitEvent = {
    ...made.event,
    commit: commit.cid,
    blocks: encodeCar([commit.cid], [commit, node, ...made.blocks]),
    ops: [{action: 'create', path: high, cid: record}],
    prevData: node.cid,
  }
  equal(verdict(verifyCommitEvent(event, repo.key.publicKey, {nowMs: startMs + 10_000})), 'node-malformed')
})
