/**
 * What a server of a crowd may say that is not so, or not its to say: a commit that another key has signed, one that was
 * told before, one of an account that is elsewhere. Nobody who reads a relay may ever hear of it.
 */
import type {Prng} from '#std/prng.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import type {CommitEvent} from '#atp/sync/event.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import type {Lie} from '../weather.ts'
import type {Crowd} from './crowd.ts'
import type {HostLog} from './host.ts'
import {collections, keyOf, kinds, recordOf} from './records.ts'

export interface LiesDeps {
  readonly crowd: Crowd
  readonly logs: readonly HostLog[]
  readonly prng: Prng
  nowAt(host: number): number
}

/** Numbers of records that nobody has. */
const farNumber = 900_000
/** So far back a commit is looked for. */
const recentMax = 100

/** Tells one, where there is something to tell it of; whether there was. */
export function tellLie(kind: Lie, deps: LiesDeps): boolean {
  const {logs, prng, nowAt} = deps
  const host = prng.whole(0, logs.length - 1)
  const others = logs.filter(({number}) => number !== host)
  if (kind === 'foreign-commit' && others.length === 0) return false
  const from = kind === 'foreign-commit' ? prng.pick(others) : logs[host]
  const event = kind === 'forged-commit' ? forged(host, deps) : recent(from, prng)
  if (event) logs[host].say(event, nowAt(host))
  return event !== undefined
}

/** A commit that a server has told lately. */
function recent(log: HostLog, prng: Prng): CommitEvent | undefined {
  for (let tries = 0; tries < 8 && log.last > 0; tries++) {
    const read = readRepoFrame(log.frame(prng.whole(Math.max(1, log.last - recentMax), log.last)))
    if (read.ok && read.event?.t === '#commit') return read.event
  }
  return undefined
}

/** What would be the next commit of an account, with a record that it never wrote, but for the key. */
function forged(host: number, {crowd, prng, nowAt}: LiesDeps): CommitEvent | undefined {
  const members = crowd.members.filter(one => one.host === host && one.status === 'active' && one.rev !== null)
  if (members.length === 0 || crowd.members.length === 1) return undefined
  const {number, did, micros} = prng.pick(members)
  const signer = prng.pick(crowd.members.filter(one => one.number !== number)).key
  const sketch = {kind: kinds.note, account: number, number: farNumber, version: 1, subjectDid: '', subject: 0}
  const record = recordOf({...sketch, subjectNumber: 0})
  const rev = tidOf(Math.max(micros + 1, Math.floor(nowAt(host) * 1_000)), host)
  const made = crowd.repoOf(crowd.members[number]).apply(
    [
      {
        action: 'create',
        collection: collections[kinds.note],
        rkey: keyOf(number, farNumber),
        record: record as never,
      },
    ],
    {signer, rev},
  )
  if (!made.ok) return undefined
  const {commit, since, prevData, frameBlocks, ops} = made
  return {
    t: '#commit',
    seq: 0,
    did,
    time: '' as never,
    rev,
    since,
    commit: commit.cid,
    blocks: encodeCar([commit.cid], frameBlocks),
    ops: ops.map(({action, path, cid}) => ({action, path, cid})),
    ...(prevData && {prevData}),
  }
}
