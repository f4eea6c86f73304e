/** In which order servers are asked for collections, and when one is left alone. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {silentLog} from '#std/log.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {until} from '../../../../test/until.ts'
import type {Upstream} from '../hosts/upstream.ts'
import type {Lookup} from '../store/collection-store.ts'
import {CollectionLookups} from './lookups.ts'

type Answer = () => Response | Promise<Response>
const told: Answer = () =>
  Response.json({did: 'did:web:x', handle: 'x.example', didDoc: {}, collections: ['a.b.c'], handleIsCorrect: true})
/** As large as an answer may be, or so many bytes larger. */
const padded =
  (more: number): Answer =>
  async () =>
    new Response((await (await told()).text()).padEnd(256 * 1024 + more), {
      headers: {'content-type': 'application/json'},
    })
const failed =
  (status: number, headers: Record<string, string> = {}): Answer =>
  () =>
    Response.json({error: 'InvalidRequest', message: 'no'}, {status, headers})
const hung: Answer = () => new Promise(() => {})

/** Hosts by id, each with the answers that it gives in turn, the last of them for ever. */
function asking(hosts: Record<number, Answer[]>, perHost: number, tries: number) {
  const clock = new HandClock()
  const metrics = new Metrics()
  const asks = Object.keys(hosts).flatMap(host =>
    Array.from({length: perHost}, (_, i): Lookup & {dueMs: number} => {
      return {id: Number(host) * 10 + i, did: `did:web:h${host}a${i}` as Did, host: Number(host), tries, dueMs: 0}
    }),
  )
  const gate: {before: (after: number) => Promise<unknown> | undefined} = {before: () => undefined}
  const seen: string[] = []
  const settled: string[] = []
  const drop = (did: string): void =>
    void asks.splice(
      asks.findIndex(ask => ask.did === did),
      1,
    )
  const subject = new CollectionLookups({
    store: {
      nextLookup: async (after, now) => {
        const host = asks
          .map(ask => ask.host)
          .toSorted((a, b) => a - b)
          .find(id => id > after)
        await gate.before(after)
        if (host === undefined) return undefined
        const due = asks.filter(ask => ask.host === host && ask.dueMs <= now)
        return {host, lookup: due.toSorted((a, b) => a.dueMs - b.dueMs)[0]}
      },
      postpone: async (id, dueMs) => {
        const ask = asks.find(ask => ask.id === id)!
        settled.push(`${ask.did.slice(8)} ${dueMs === null ? 'given up' : (dueMs - clock.now()) / 60_000}`)
        if (dueMs === null) drop(ask.did)
        else Object.assign(ask, {dueMs, tries: ask.tries + 1})
      },
    },
    states: {
      one: async did => ({host: Number(did[9]), active: did !== 'did:web:h9a0', status: null, head: null}),
      lookUpCollections: async (did, ask) => {
        settled.push(`${did.slice(8)} ${(await ask()).join()}`)
        drop(did)
      },
    },
    hosts: {
      byId: id => ({id, hostname: String(id), origin: `https://h${id}`}) as Upstream,
    },
    world: clock,
    guarded: {
      fetch: async request => {
        const {hostname, searchParams} = new URL(request.url)
        seen.push(searchParams.get('repo')!.slice(8))
        const answers = hosts[Number(hostname.slice(1))]
        return (answers.length > 1 ? answers.shift()! : answers[0])()
      },
    },
    metrics,
    log: silentLog,
  })
  return {clock, seen, settled, gate, asks, metrics, run: (signal: AbortSignal) => subject.run(signal)}
}

/** Runs until so many have come out, by what was noted and what was told. */
async function settledOf(hosts: Record<number, Answer[]>, count: number, perHost = 1, tries = 0) {
  const {clock, seen, settled, metrics, run} = asking(hosts, perHost, tries)
  const stopping = new AbortController()
  const done = run(stopping.signal).catch(() => {})
  await until(async () => {
    if (settled.length < count) await clock.pass(5_000)
    return settled.length >= count
  }, `${count} have come out`)
  stopping.abort()
  await done
  return {seen, settled, metrics, nowMs: clock.now()}
}

const limits = {timeout: 20_000}

test('hosts are asked one repository at a time each, and none waits for another', limits, async () => {
  // One of the second is noted as asked, and its answer does not come.
  const {settled} = await settledOf({1: [told], 2: [hung], 3: [told]}, 13, 3)
  deepEqual(
    settled.filter(text => text.endsWith('a.b.c')).toSorted(),
    ['h1a0', 'h1a1', 'h1a2', 'h3a0', 'h3a1', 'h3a2'].map(name => `${name} a.b.c`),
  )
})

const rows: [rule: string, answers: Answer[], tries: number, settled: string[]][] = [
  ['one that is asked in vain waits', [failed(400)], 0, ['h1a0 10']],
  ['it waits ever longer', [failed(500)], 2, ['h1a0 160']],
  ['it waits a day at most', [failed(500)], 9, ['h1a0 1440']],
  ['one that its server refuses is given up at last', [failed(400)], 5, ['h1a0 1440', 'h1a0 given up']],
  ['one that tells is not asked again', [told], 5, ['h1a0 1440', 'h1a0 a.b.c']],
  ['an answer may be so large', [padded(0)], 0, ['h1a0 10', 'h1a0 a.b.c']],
  ['and no larger', [padded(1), told], 0, ['h1a0 10', 'h1a0 40', 'h1a0 a.b.c']],
  ['one that does not answer in time counts as failing', [hung, told], 0, ['h1a0 10', 'h1a0 40', 'h1a0 a.b.c']],
]
for (const [rule, answers, tries, expected] of rows) {
  test(rule, limits, async () => {
    deepEqual((await settledOf({1: answers}, expected.length, 1, tries)).settled, expected)
  })
}

test('one that its server refuses is not given up before its sixth time', limits, async () => {
  deepEqual((await settledOf({1: [failed(400)]}, 2, 2, 4)).settled, ['h1a0 1440', 'h1a1 1440'])
})

test('an account that is not active is not asked about', limits, async () => {
  const {seen, settled} = await settledOf({9: [told]}, 1)
  deepEqual([seen, settled], [[], ['h9a0 10']])
})

test('what comes of it is counted', limits, async () => {
  for (const [host, answer, count, outcome] of [
    [1, told, 2, 'told'],
    [1, failed(403), 2, 'refused'],
    [1, failed(500), 2, 'no-answer'],
    [9, told, 1, 'inactive'],
  ] as const) {
    const {metrics} = await settledOf({[host]: [answer]}, count, 2)
    ok(metrics.render().includes(`relay_collection_lookups_total{outcome="${outcome}"} `), outcome)
  }
})

test('one that ends while others are looked for has the next begin at once', limits, async () => {
  const {clock, settled, run, gate} = asking({1: [told]}, 2, 0)
  // That there is no second host is told only when the first has answered.
  gate.before = after =>
    after === 1 && settled.length < 2 ? until(() => settled.length >= 2, 'it has told') : undefined
  const stopping = new AbortController()
  const done = run(stopping.signal).catch(() => {})
  await until(() => settled.filter(text => text.endsWith('a.b.c')).length === 2, 'both are told of')
  equal(clock.now(), 0)
  stopping.abort()
  await done
})

test('a server that fails is left alone for a while, and so is one that says for how long', limits, async () => {
  for (const [answers, leastMs] of [
    [[failed(500)], 20_000],
    [[failed(500), failed(500)], 60_000],
    [[failed(429, {'retry-after': '300'})], 300_000],
  ] as const) {
    const {seen, nowMs} = await settledOf({1: [...answers, told]}, answers.length + 2, answers.length + 1)
    equal(seen.length, answers.length + 1)
    // It is looked every other second.
    ok(nowMs >= leastMs && nowMs <= leastMs + 7_000, String(nowMs))
  }
})
