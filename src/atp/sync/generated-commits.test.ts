/** Commits as a server of ours makes them, over random writes: every one verifies, chains on, and hides nothing. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed, seeded} from '../../../test/random.ts'
import {made, store, testDid, testKey, writeOf} from '../../../test/repos.ts'
import {BlockMap} from '../mst/blocks.ts'
import {encodeCar} from '../repo/car-write.ts'
import {Repo, type RepoChange, type RepoWrite} from '../repo/repo.ts'
import {datetimeOf} from '../syntax/datetime.ts'
import {tidOf} from '../syntax/tid.ts'
import {followCommit, type ChainState} from './chain.ts'
import {encodeEvent, type CommitEvent, type RepoOp} from './event.ts'
import {readRepoFrame, verifyCommitEvent, type VerifiedCommit} from './verify.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')

/** The event as a follower reads it off the wire. */
function sent(change: RepoChange, seq: number): CommitEvent {
  const event: CommitEvent = {
    t: '#commit',
    seq,
    did: change.repo.did,
    time: datetimeOf(nowMs),
    rev: change.rev,
    since: change.since,
    commit: change.commit.cid,
    blocks: encodeCar([change.commit.cid], change.frameBlocks),
    ops: change.ops.map(({prev, ...op}): RepoOp => (prev ? {...op, prev} : op)),
    ...(change.prevData ? {prevData: change.prevData} : {}),
  }
  const read = readRepoFrame(encodeEvent(event))
  ok(read.ok && read.event?.t === '#commit')
  return read.event
}

function verified(event: CommitEvent): VerifiedCommit {
  const verdict = verifyCommitEvent(event, testKey.publicKey, {nowMs})
  ok(verdict.ok, verdict.ok ? '' : verdict.detail)
  return verdict
}

/** One to 20 writes on different records out of 300; `there` is the repo's records. */
function randomWrites(random: () => number, there: Set<number>): RepoWrite[] {
  const writes = new Map<number, RepoWrite>()
  for (let count = 1 + Math.floor(random() ** 4 * 20); count > 0; count--) {
    const n = Math.floor(random() * 300)
    if (writes.has(n)) continue
    const action = !there.has(n) ? 'create' : random() < 0.5 ? 'update' : 'delete'
    if (action === 'delete') there.delete(n)
    else there.add(n)
    writes.set(n, writeOf(action, n, `${random()}`))
  }
  return [...writes.values()]
}

for (let run = 0; run < 3; run++) {
  const seed = runSeed + run
  test(`every commit of a random repo verifies and carries on the chain (SEED=${seed})`, () => {
    const random = seeded(seed)
    const there = new Set<number>()
    const blocks = new BlockMap()
    let repo: Repo | undefined
    let state: ChainState | undefined
    for (let step = 1; step <= 30; step++) {
      const signing = {signer: testKey, rev: tidOf((nowMs - 3_600_000 + step) * 1000, 0)}
      const writes = randomWrites(random, there)
      const change = made(repo ? repo.apply(writes, signing) : Repo.create(testDid, signing, writes))
      store(change, blocks)
      repo = change.repo
      const event = sent(change, step)
      const {data, complete} = verified(event)
      equal(complete, true)
      const chained = followCommit(state, event, data)
      equal(chained.verdict, step === 1 ? 'first' : 'ok')
      state = chained.state

      // No op can be left out, and neither can the tree.
      for (let i = 0; i < event.ops.length; i += 3) {
        const verdict = verifyCommitEvent({...event, ops: event.ops.toSpliced(i, 1)}, testKey.publicKey, {nowMs})
        equal(verdict.ok ? 'passed' : verdict.reason, 'inversion-mismatch')
      }
      const without = change.frameBlocks.filter(({cid}) => !cid.equals(change.data))
      if (event.ops.length > 0) {
        const short = {...event, blocks: encodeCar([event.commit], without)}
        const verdict = verifyCommitEvent(short, testKey.publicKey, {nowMs})
        equal(verdict.ok ? 'passed' : verdict.reason, 'node-missing')
      }
    }
    deepEqual(state, {rev: repo?.rev, data: repo?.data})
  })
}
