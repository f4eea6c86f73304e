import {deepEqual, equal, ok, throws} from 'node:assert/strict'
import {test} from 'node:test'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {hostileCases} from '../../../test/hostile-events.ts'
import {
  decodeFrames,
  decodeVerdicts,
  encodeFrames,
  encodeVerdicts,
  type FrameCheck,
  type FrameRules,
  type FrameVerdict,
} from './verify-batch.ts'
import {verifyFrame} from './verify-frame.ts'
import {VerifyPool} from './verify-pool.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const rules: FrameRules = {nowMs: nowMs + 300_000, collections: true}
const repo = new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(7), nowMs)
const commits = Array.from({length: 20}, (_, n) => repo.write({[`app.bsky.feed.post/${n}`]: {n}}))
const key = repo.key.publicKey
/** Sound commits, a `#sync`, and every third of a wrong key. */
const checks: FrameCheck[] = Array.from({length: 200}, (_, i) => {
  const commit = commits[i % 20]
  const event = i % 20 === 19 ? repo.sync(commit) : commit.event
  return {frame: encodeEvent(event), key: i % 3 === 2 ? testKey(8).publicKey : key}
})

const plain = (verdicts: readonly FrameVerdict[]): string[] =>
  verdicts.map(verdict => {
    if (!verdict.ok) return `${verdict.reason}: ${verdict.detail}`
    const {data, complete, collections} = verdict
    return [data, complete, ...(collections ? [JSON.stringify(collections)] : [])].join(' ')
  })

test('the pool finds what one thread finds, in order, whatever the count', async () => {
  const expected = plain(checks.map(check => verifyFrame(check, rules)))
  const begun = JSON.stringify({begun: ['app.bsky.feed.post'], ended: [], isUnsure: false})
  deepEqual([expected[0], expected[1]], [`${commits[0].commit.data} true ${begun}`, `${commits[1].commit.data} true`])
  equal(plain([verifyFrame(checks[0], {nowMs: rules.nowMs})])[0], `${commits[0].commit.data} true`)
  await using pool = new VerifyPool(1, {worthWorker: 0})
  for (const count of [0, 1, 64, 65, 200]) {
    deepEqual(plain(await pool.verify(checks.slice(0, count), rules)), expected.slice(0, count), `${count} frames`)
  }
})

test('a worker is started for whole batches that keep coming, and not for one, nor for a few frames each', async () => {
  const started: number[] = []
  const note = (worker: {threadId: number}): void => void started.push(worker.threadId)
  process.on('worker', note)
  try {
    let nowMs = 0
    await using pool = new VerifyPool(1, {worthWorker: 200, now: () => nowMs})
    const verify = async (count: number, times: number): Promise<number> => {
      for (let i = 0; i < times; i++) await pool.verify(checks.slice(0, count), rules)
      return started.length
    }
    equal(await verify(63, 4), 0, 'a few at a time')
    equal(await verify(200, 1), 0, 'what has come together once')
    nowMs += 140
    equal(await verify(64, 2), 0, 'of that 140 are forgotten, with 128 more it is 188')
    equal(await verify(64, 2), 1)
    equal(await verify(64, 2), 1, 'it goes on with the one that runs')

    // What is no frame takes next to no time, and counts all the same.
    const nothing = Array.from({length: 64}, () => ({frame: Uint8Array.of(1), key}))
    await using usual = new VerifyPool(1, {now: () => nowMs})
    for (let i = 0; i < 48; i++) await usual.verify(nothing, rules)
    equal(started.length, 1, 'nor unless told otherwise for less than it costs to start one')
    await usual.verify(nothing, rules)
    equal(started.length, 2)
  } finally {
    process.off('worker', note)
  }
})

test('callers may overlap', async () => {
  await using pool = new VerifyPool(1, {worthWorker: 0})
  const found = await Promise.all([0, 64, 100].map(start => pool.verify(checks.slice(start, start + 64), rules)))
  deepEqual(
    found.map(plain),
    [0, 64, 100].map(start => plain(checks.slice(start, start + 64).map(check => verifyFrame(check, rules)))),
  )
})

test('while a few frames are checked here, others have their turn', async () => {
  await using pool = new VerifyPool(1)
  let turns = 0
  let isDone = false
  const turn = (): void => {
    turns++
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  await pool.verify(checks.slice(0, 63), rules)
  isDone = true
  ok(turns >= 3, `${turns} turns between four parts`)
})

test('frames and rules cross as they are', () => {
  for (const rules of [
    {nowMs, revFutureMaxMs: 1, requirePrevData: false, collections: true},
    {nowMs, revFutureMaxMs: undefined, requirePrevData: true, collections: false},
  ]) {
    deepEqual(decodeFrames(encodeFrames(checks.slice(0, 3), rules)), {checks: checks.slice(0, 3), rules})
  }
})

const keyOf = (curve: 'k256' | 'p256', byte: number) => ({curve, bytes: new Uint8Array(33).fill(byte)})

test('what crosses is laid out without gaps: a frame takes 38 bytes more, an answer 37 or its detail and three', () => {
  const head = Buffer.alloc(17, 1)
  head.writeDoubleBE(nowMs, 0)
  head.writeDoubleBE(5, 8)
  const frames = [
    {frame: Uint8Array.of(7, 8), key: keyOf('k256', 2)},
    {frame: Uint8Array.of(9), key: keyOf('p256', 3)},
  ]
  deepEqual(
    [...encodeFrames(frames, {nowMs, revFutureMaxMs: 5, requirePrevData: true})],
    [...head, 0, ...new Uint8Array(33).fill(2), 0, 0, 0, 2, 7, 8, 1, ...new Uint8Array(33).fill(3), 0, 0, 0, 1, 9],
  )
  head[16] = 0
  head.writeDoubleBE(NaN, 8)
  deepEqual([...encodeFrames([], {nowMs, requirePrevData: false})], [...head])
  const {data} = commits[0].commit
  const answer = encodeVerdicts([
    {ok: true, data, complete: true},
    {ok: true, data, complete: false},
    {ok: false, reason: 'bad-car', detail: 'x'.repeat(300)},
    {ok: false, reason: 'bad-car', detail: 'é'.repeat(250)},
  ])
  equal(answer.length, 2 * 37 + 3 + 250 + 3 + 500)
  deepEqual([answer[0], answer[37], ...answer.subarray(75, 78)], [255, 253, 0, 250, 'x'.charCodeAt(0)])
  deepEqual([...answer.subarray(75 + 252 + 1, 75 + 252 + 3)], [500 >> 8, 500 & 255])
})

test('a frame that was read is not read again, and any but a commit or sync is a bug', () => {
  const [{frame}] = checks
  const event = commits[0].event
  const known = verifyFrame({frame: new Uint8Array(), key, event}, rules)
  ok(known.ok && known.complete && known.blocks)
  deepEqual(plain([known]), plain([verifyFrame({frame, key}, rules)]))
  const sync = repo.sync(commits[3])
  const synced = verifyFrame({frame: new Uint8Array(), key, event: sync}, rules)
  ok(synced.ok && synced.complete && !synced.blocks)
  equal(verifyFrame({frame: Uint8Array.of(1), key}, rules).ok, false)
  const other = {t: '#identity', did: repo.did, seq: 1, time: '2026-01-02T03:04:05Z'} as FrameCheck['event']
  throws(() => verifyFrame({frame, key, event: other}, rules), /only commits and syncs are sent/)
})

test('what was accepted crosses as it is, whether it proves all of its change or not', () => {
  const data = commits[0].commit.data
  const collections = {begun: ['a.b.c' as Nsid], ended: ['d.e.f' as Nsid], isUnsure: true}
  const verdicts: FrameVerdict[] = [
    ...[true, false, true].map(complete => ({ok: true as const, data, complete})),
    ...[true, false].map(complete => ({ok: true as const, data, complete, collections})),
    {ok: true, data, complete: true},
  ]
  const crossed = decodeVerdicts(encodeVerdicts(verdicts))
  deepEqual(plain(crossed), plain(verdicts))
})

test('each reason crosses as it is, with its detail', () => {
  const cases = hostileCases(() => new TestRepo(repo.did, repo.key, nowMs))
  const verdicts = cases
    .filter(({reason}) => !['bad-handle', 'bad-active', 'bad-status', 'bad-info'].includes(reason))
    .map(({frame}) => verifyFrame({frame, key}, rules))
  deepEqual(plain(decodeVerdicts(encodeVerdicts(verdicts))), plain(verdicts))
  const long: FrameVerdict = {ok: false, reason: 'bad-car', detail: 'é'.repeat(5000)}
  deepEqual(decodeVerdicts(encodeVerdicts([long])), [{...long, detail: 'é'.repeat(250)}])
})
