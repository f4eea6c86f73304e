/** How many accounts are looked at again at a time, how old a look may be, and what becomes of a fault of ours. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {NumberedEvent} from '#atp/sync/stream-reader.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {silentLog} from '#std/log.ts'
import {until} from '../../../../test/until.ts'
import type {RepoState} from '../repos/repo-state.ts'
import {Rechecks} from './rechecks.ts'
import type {SourceHost} from './intake.ts'

type Deps = ConstructorParameters<typeof Rechecks>[0]

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
}

/**
 * Rechecks of so many accounts of each of so many hosts, of which nobody says anything before `answer` resolves: to what is
 * known of them, or nothing.
 */
function made(hosts: number, ofEach: number, answer: Promise<unknown>, more: object = {}) {
  const clock = {ms: 1_000_000}
  const asked: {did: string; maxAgeMs?: number}[] = []
  const charged: string[] = []
  const wakers: (() => void)[] = []
  const metrics = new Metrics()
  const deps = {
    world: {
      now: () => clock.ms,
      sleep: (_: number, signal: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          wakers.push(resolve)
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    },
    identities: {
      directory: {isWell: true},
      isFresh: (_: Did, {maxAgeMs}: {maxAgeMs: number}) => maxAgeMs !== 5_000,
      async account(did: Did, {maxAgeMs}: {maxAgeMs: number}) {
        asked.push({did, maxAgeMs})
        return (await answer) ?? {ok: false, passing: false}
      },
    },
    isFollowed: () => true,
    metrics,
    log: silentLog,
    ...more,
  } as unknown as Deps
  const rechecks = new Rechecks(deps)
  for (let id = 1; id <= hosts; id++) {
    const host = {id, hostname: `h${id}`, origin: `https://h${id}`, charge: (cost: string) => void charged.push(cost)}
    for (let n = 0; n < ofEach; n++) {
      const event = {t: '#commit', did: `did:web:a${n}.h${id}.example.com`} as NumberedEvent
      rechecks.refused(host as unknown as SourceHost, event, 'wrong-host')
    }
  }
  const pass = async (ms: number): Promise<void> => {
    clock.ms += ms
    for (const wake of wakers.splice(0)) wake()
    await turns()
  }
  return {rechecks, asked, charged, pass, metrics}
}

test('thirty-two accounts are looked at at a time, two of a host, each looked up within five seconds', async () => {
  for (const [hosts, ofEach, expected] of [
    [40, 1, 32],
    [3, 5, 6],
    [20, 2, 32],
  ]) {
    const answer = Promise.withResolvers<void>()
    const {rechecks, asked, charged, pass} = made(hosts, ofEach, answer.promise)
    const ending = new AbortController()
    const run = rechecks.run(ending.signal)
    await pass(9_999)
    equal(asked.length, 0, 'none is due')
    await pass(1)
    equal(asked.length, expected)
    deepEqual(new Set(asked.map(({maxAgeMs}) => maxAgeMs)), new Set([5_000]))
    deepEqual(
      charged,
      Array.from({length: expected}, () => 'lookups'),
    )
    answer.resolve()
    await turns()
    await pass(1_000)
    equal(asked.length, Math.min(hosts * ofEach, 2 * expected), 'the others have their turn')
    ending.abort(new Error('stopped'))
    await rejects(run, /stopped/)
  }
})

test('it has ended when what is in hand has', async () => {
  const answer = Promise.withResolvers<void>()
  const {rechecks, pass} = made(1, 1, answer.promise)
  const ending = new AbortController()
  let hasEnded = false
  const run = rechecks.run(ending.signal).finally(() => (hasEnded = true))
  const ended = rejects(run, /stopped/)
  await pass(10_000)
  ending.abort(new Error('stopped'))
  await turns()
  equal(hasEnded, false)
  answer.resolve()
  await ended
})

test('where it is over before it began, that is said', async () => {
  const {rechecks} = made(0, 0, Promise.resolve())
  await rejects(rechecks.run(AbortSignal.abort(new Error('stopped'))), /stopped/)
})

test('a fault of ours ends the looking, and is told', async () => {
  const answer = Promise.withResolvers<void>()
  const {rechecks, pass} = made(1, 1, answer.promise)
  const run = rechecks.run(new AbortController().signal)
  const told = rejects(run, /a bug/)
  await pass(10_000)
  answer.reject(new Error('a bug'))
  await told
})

test('what consumers know already is not told to them again', async () => {
  const rev = '3jui7kd54zh2y'
  const commit = cidOf(codecs.cbor, new Uint8Array())
  const placed: unknown[] = []
  const state: RepoState = {host: 1, active: true, status: null, head: {rev: rev as Tid, commit, data: commit}}
  const found = {ok: true, value: {pds: 'https://h1', key: {}, document: {}}}
  const {rechecks, pass, metrics} = made(1, 1, Promise.resolve(found), {
    guarded: {
      fetch: async ({url}: Request) =>
        Response.json(
          url.includes('getRepoStatus')
            ? {did: 'did:web:a0.h1.example.com', active: true, rev}
            : {cid: commit.toString(), rev},
        ),
    },
    states: {one: async () => state},
    take: async (...given: unknown[]) => void placed.push(given),
  })
  const ending = new AbortController()
  const run = rechecks.run(ending.signal)
  await pass(10_000)
  await until(() => metrics.render().includes('relay_rechecks_total{outcome="done"} 1'), 'it is looked at')
  deepEqual(placed, [])
  ending.abort(new Error('stopped'))
  await rejects(run, /stopped/)
})
