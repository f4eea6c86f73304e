/** How often an account is looked up for an event, how long that is waited for, and what the host pays for it. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {parseDid, type Did} from '#atp/syntax/did.ts'
import type {Arrived} from '#atp/sync/stream-reader.ts'
import {Intake} from './intake.ts'
import {frameOfRecord} from '../log/log-record.ts'

type Deps = ConstructorParameters<typeof Intake>[0]
type Found = Awaited<ReturnType<Deps['identities']['account']>>

const alice = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
const origin = 'https://pds.example.com'
const nowMs = Date.parse('2026-01-02T03:04:05Z')

function arrival(t: '#identity' | '#account', did: Did, seq: number, more: object = {}): Arrived {
  const event = {t, did, seq, time: datetimeOf(nowMs), ...more} as Arrived['event']
  return {frame: encodeEvent(event), event}
}

const known = (did: Did, pds = origin): Found =>
  ({
    ok: true,
    value: {pds, key: undefined, document: {id: did, alsoKnownAs: ['at://alice.example.com']}},
  }) as unknown as Found
const unknown = (passing: boolean): Found => ({ok: false, reason: 'unreachable', detail: 'no answer', passing}) as Found

/** Whatever is asked is asked of nobody: `answers` gives out what becomes of each look-up. */
function made(answers: (did: Did, nth: number) => Found | Promise<Found>, awayFor = 0) {
  const looks: (number | undefined)[] = []
  const sleeps: number[] = []
  const charged: string[] = []
  const passed: Uint8Array[] = []
  const appends: number[] = []
  const refused: string[] = []
  const fresh = new Set<string>()
  const directory = {
    waits: 0,
    answers: async () => ++directory.waits > awayFor,
    hasGivenUp: () => false,
    giveUp: () => {},
  }
  const deps = {
    world: {now: () => nowMs, sleep: async (ms: number) => void sleeps.push(ms)},
    identities: {
      directory,
      isFresh: (name: string) => fresh.has(name),
      account: async (did: Did, {maxAgeMs}: {maxAgeMs?: number}) => {
        looks.push(maxAgeMs)
        return answers(did, looks.length)
      },
      handleDid: async () => ({ok: true, value: alice}),
      keyOf: async () => undefined,
    },
    pool: {verify: async () => []},
    states: {
      load: async () => new Map(),
      now: () => undefined,
      set: () => {},
      collectionsChanged: () => {},
      followed: () => {},
      appended: () => {},
    },
    log: {
      next: 1,
      room: async () => {},
      append: async (_: number, records: Uint8Array[]) => {
        appends.push(records.length)
        passed.push(...records.map(frameOfRecord))
      },
    },
    events: {handOn: () => {}},
    refusals: {count: (_: string, reason: string) => void refused.push(reason)},
    limitOf: () => undefined,
    onRefused: () => {},
    isTakenDown: () => false,
    metrics: new Metrics(),
    accountsMax: 9,
    turnsMax: 1,
    newestMs: 0,
  } as unknown as Deps
  const intake = new Intake(deps)
  const host = {
    id: 1,
    hostname: 'pds.example.com',
    origin,
    placed: 0,
    demandsProof: true,
    judged: () => {},
    accountLimit: {room: 1},
    charge: (cost: string, amount: number) => void charged.push(`${cost} ${amount}`),
  }
  const take = (...arrivals: Arrived[]): Promise<void> => intake.take(host, arrivals, new AbortController().signal)
  return {take, looks, sleeps, charged, passed, appends, refused, fresh, directory, metrics: deps.metrics}
}

test('a host pays for what is looked up, and for nothing that is at hand', async () => {
  const {take, looks, charged, passed, fresh} = made(did => known(did))
  await take(arrival('#identity', alice, 1, {handle: 'alice.example.com'}))
  deepEqual(charged, ['lookups 1', 'lookups 1', 'accounts 1'], 'the account, its handle, and that it is new')
  deepEqual([looks, passed.length], [[0], 1])
  charged.length = 0
  fresh.add(alice).add('alice.example.com')
  await take(arrival('#account', alice, 2, {active: true}))
  deepEqual(charged, ['accounts 1'])
  deepEqual([looks, passed.length], [[0, undefined], 2])
})

test('what does not fit is looked up once more, and an #identity anew at once', async () => {
  const moved = made((did, nth) => known(did, nth === 1 ? 'https://old.example.com' : origin))
  await moved.take(arrival('#account', alice, 1, {active: true}))
  deepEqual([moved.looks, moved.passed.length, moved.refused], [[undefined, 10_000], 1, []])
  const elsewhere = made(did => known(did, 'https://other.example.com'))
  await elsewhere.take(arrival('#account', alice, 1, {active: true}))
  deepEqual([elsewhere.looks, elsewhere.refused], [[undefined, 10_000], ['wrong-host']])
  const told = made(did => known(did, 'https://other.example.com'))
  await told.take(arrival('#identity', alice, 1))
  deepEqual([told.looks, told.refused], [[0], ['wrong-host']])
})

test('a directory that answers nobody is waited for; what it has not for one account only, for some minutes', async () => {
  const waits = [1, 2, 4, 8, 16, 30, 30, 30].map(seconds => seconds * 1_000)
  const silent = made(() => unknown(true))
  await silent.take(arrival('#identity', alice, 1))
  deepEqual([silent.sleeps, silent.looks.length, silent.refused], [waits, 9, ['identity-unresolved']])
  const late = made((did, nth) => (nth < 4 ? unknown(true) : known(did)))
  await late.take(arrival('#identity', alice, 1))
  deepEqual([late.sleeps, late.refused, late.passed.length], [waits.slice(0, 3), [], 1])
  deepEqual(late.looks, [0, 0, 0, 0], 'nothing that was known before')
  const away = made((did, nth) => (nth < 500 ? unknown(true) : known(did)), 1_000)
  await away.take(arrival('#identity', alice, 1))
  deepEqual([away.sleeps, away.refused, away.passed.length, away.directory.waits], [[], [], 1, 499])
})

test('who is not to be had for good is not waited for, nor is a host of a stranger’s choice', async () => {
  const gone = made(() => unknown(false))
  await gone.take(arrival('#identity', alice, 1))
  deepEqual([gone.sleeps, gone.refused], [[], ['identity-unresolved']])
  const web = made(() => unknown(true))
  await web.take(arrival('#identity', parseDid('did:web:slow.example.com'), 1))
  deepEqual([web.sleeps, web.refused], [[], ['identity-unresolved']])
})

test('the log is not asked to write nothing', async () => {
  const {take, appends, refused} = made(() => unknown(false))
  await take(arrival('#identity', alice, 1))
  deepEqual([refused, appends], [['identity-unresolved'], []])
  const passing = made(did => known(did))
  await passing.take(arrival('#account', alice, 1, {active: true}))
  deepEqual(passing.appends, [1])
})

test('each account of a batch is looked up once', async () => {
  const {take, looks, passed, metrics} = made(did => known(did))
  const many = Array.from({length: 3}, (_, i) => arrival('#account', alice, i + 1, {active: i % 2 === 0}))
  await take(...many)
  equal(looks.length, 1)
  equal(passed.length, 3)
  ok(metrics.render().includes('relay_events_total{type="#account"} 3'), metrics.render())
})

test('of many accounts 32 are looked up at a time', {timeout: 60_000}, async () => {
  const waiting = Promise.withResolvers<void>()
  const {take, looks, passed} = made(async did => {
    await waiting.promise
    return known(did)
  })
  const dids = Array.from({length: 40}, (_, i) => parseDid(`did:web:a${i}.example.com`))
  const taken = take(...dids.map((did, i) => arrival('#account', did, i + 1, {active: true})))
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  equal(looks.length, 32)
  waiting.resolve()
  await taken
  deepEqual([looks.length, passed.length], [40, 40])
})
