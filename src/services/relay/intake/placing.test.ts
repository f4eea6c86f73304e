/** What becomes of signed events: by which rules they are verified, and what of them is numbered, logged and told. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {verifyFrame} from '#engines/sync/verify-frame.ts'
import type {FrameRules} from '#engines/sync/verify-batch.ts'
import {decodeFrame, type MessageFrame} from '#atp/sync/frame.ts'
import {encodeEvent, type RepoEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {PublicKey} from '#atp/crypto/key.ts'
import type {Arrived} from '#atp/sync/stream-reader.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {TestRepo, testKey} from '../../../../test/commits.ts'
import {frameOfRecord, originOfRecord} from '../log/log-record.ts'
import {headOf, type RepoState} from '../repos/repo-state.ts'
import {Intake} from './intake.ts'

type Deps = ConstructorParameters<typeof Intake>[0]

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const origin = 'https://pds.example.com'
const didOf = (n: number): string => `did:plc:${'abcdefghijklmnopqrstuvwxyz'[n].repeat(24)}`
const arrived = (event: RepoEvent): Arrived => ({event, frame: encodeEvent(event)}) as Arrived

interface Setting {
  pds?: string | null
  /** The key in the document, by what look it is; none for `null`. */
  keys?: readonly (PublicKey | null)[]
  states?: Record<string, RepoState>
  /** Whether the DID is gone. */
  isGone?: boolean
  lenient?: boolean
  newestMs?: number
  /** What verifying waits for. */
  gate?: Promise<void>
  /** When what is appended is durable. */
  durable?: Promise<void>
}

function made({pds = origin, keys = [], states = {}, isGone, lenient = false, newestMs = 0, ...waits}: Setting = {}) {
  const held = new Map(Object.entries(states) as [Did, RepoState][])
  const told: unknown[] = []
  const limits = new Map([4, 5].map(id => [id, {active: 0}]))
  const refused: string[] = []
  const rules: (FrameRules & {count: number})[] = []
  const charged: string[] = []
  const judged: (string | undefined)[] = []
  const passed: {seq: unknown; host: number; hostSeq: number; t: string}[] = []
  let looks = 0
  const deps: Deps = {
    world: {now: () => nowMs, sleep: async () => {}},
    identities: {
      directory: {answers: async () => true, hasGivenUp: () => false, giveUp: () => {}},
      isFresh: () => true,
      async account(did: Did) {
        const key = keys[Math.min(looks++, keys.length - 1)]
        if (isGone) return {ok: false, reason: 'not-found', detail: 'no such DID', passing: false}
        return {ok: true, value: {pds: pds ?? undefined, key: key ?? undefined, document: {id: did}}}
      },
      handleDid: async () => ({ok: false}),
      keyOf: async () => undefined,
    },
    pool: {
      async verify(checks: Parameters<Deps['pool']['verify']>[0], given: FrameRules) {
        rules.push({...given, count: checks.length})
        await waits.gate
        return checks.map(check => verifyFrame(check, given))
      },
    },
    states: {
      load: async (dids: Did[]) => new Map(dids.map(did => [did, held.get(did)])),
      one: async (did: Did) => held.get(did),
      now: (did: Did, before: RepoState | undefined) => held.get(did) ?? before,
      set: (did: Did, state: RepoState) => void held.set(did, state),
      collectionsChanged: () => {},
      followed: (...given: number[]) => void told.push(['followed', ...given]),
      appended: (seq: number) => void told.push(['appended', seq]),
    },
    log: {
      next: 101,
      room: async () => {},
      append: async (_: number, records: Uint8Array[]) => {
        for (const record of records) {
          const {t, body} = decodeFrame(frameOfRecord(record)) as MessageFrame
          passed.push({t, seq: body.seq, ...originOfRecord(record)})
        }
        await waits.durable
      },
    },
    events: {
      handOn: (own: number, event: RepoEvent, size: number, blocks?: object) =>
        void told.push(['handed', own, event.t, size > 100, blocks !== undefined]),
    },
    refusals: {count: (_: string, reason: string, detail: string) => void refused.push(`${reason}: ${detail}`)},
    isTakenDown: () => false,
    limitOf: (id: number) => limits.get(id),
    onRefused: () => {},
    metrics: new Metrics(),
    accountsMax: 9,
    turnsMax: 1,
    newestMs,
  } as unknown as Deps
  const intake = new Intake(deps)
  const host = {
    id: 4,
    hostname: 'pds.example.com',
    origin,
    placed: 0,
    demandsProof: !lenient,
    judged: (reason: string | undefined) => void judged.push(reason),
    accountLimit: {room: 1},
    charge: (cost: string, amount: number) => void charged.push(`${cost} ${amount}`),
  }
  const take = (...events: RepoEvent[]): Promise<void> =>
    intake.take(host, events.map(arrived), new AbortController().signal)
  /** From a host of another name. */
  const takeOf = (hostname: string, ...events: RepoEvent[]): Promise<void> =>
    intake.take({...host, hostname}, events.map(arrived), new AbortController().signal)
  const takeUntil = (signal: AbortSignal, ...events: RepoEvent[]): Promise<void> =>
    intake.take(host, events.map(arrived), signal)
  return {
    intake,
    limits,
    take,
    takeOf,
    takeUntil,
    host,
    held,
    told,
    refused,
    rules,
    charged,
    judged,
    passed,
    metrics: deps.metrics,
  }
}

const repoOf = (n: number): TestRepo => new TestRepo(didOf(n), testKey(n + 1), nowMs - 3_600_000)
const post = (repo: TestRepo, n: number) => repo.write({[`app.bsky.feed.post/${n}`]: {n}})
const time = '2026-01-02T03:04:05.000Z'
const account = (repo: TestRepo, seq: number, active: boolean, status?: string): Arrived['event'] =>
  ({t: '#account', did: repo.did, seq, time, active, ...(status && {status})}) as Arrived['event']

test('what passes is numbered from the next of the log on, handed on, and moves its repo', async () => {
  const repo = repoOf(0)
  const [one, two] = [post(repo, 1), post(repo, 2)]
  const {take, told, passed, held, charged, metrics, refused} = made({keys: [repo.key.publicKey]})
  await take({...one.event, seq: 11}, account(repo, 12, true), {...two.event, seq: 2 ** 40})
  deepEqual(passed, [
    {t: '#commit', seq: 101, host: 4, hostSeq: 11},
    {t: '#account', seq: 102, host: 4, hostSeq: 12},
    {t: '#commit', seq: 103, host: 4, hostSeq: 2 ** 40},
  ])
  deepEqual(told, [
    ['handed', 101, '#commit', true, true],
    ['handed', 102, '#account', false, false],
    ['handed', 103, '#commit', true, true],
    ['appended', 103],
    ['followed', 4, 2 ** 40],
  ])
  const head = headOf(two.event)
  deepEqual(held.get(repo.did), {host: 4, active: true, status: null, head})
  deepEqual([charged, refused], [['accounts 1'], []])
  ok(metrics.render().includes('relay_events_total{type="#commit"} 2'))
})

test('a commit that does not carry on is refused by what was missed, and its state is told in its place', async () => {
  const repo = repoOf(0)
  const [one, , three] = [post(repo, 1), post(repo, 2), post(repo, 3)]
  const state = {host: 4, active: true, status: null, head: headOf(one.event)}
  const {take, passed, refused, held} = made({keys: [repo.key.publicKey], states: {[repo.did]: state}})
  await take(one.event, three.event)
  deepEqual(
    passed.map(({t, seq}) => [t, seq]),
    [['#sync', 101]],
  )
  deepEqual(refused, [
    `stale-rev: ${repo.did} ${one.event.rev}: the last was ${one.event.rev}`,
    `since-mismatch: ${repo.did} ${three.event.rev}: the last was ${one.event.rev}`,
  ])
  deepEqual(held.get(repo.did)?.head?.rev, three.event.rev)
})

test('what the relay says of an account itself is told after what came last of its host, and moves its state', async () => {
  const durable = Promise.withResolvers<void>()
  const {intake, host, told, passed, held} = made({durable: durable.promise})
  let isDone = false
  const done = intake
    .announce({...host, placed: 7}, didOf(0) as Did, {active: false, status: 'takendown'})
    .then(() => (isDone = true))
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  equal(isDone, false, 'it is not durable yet')
  durable.resolve()
  await done
  deepEqual(passed, [{t: '#account', seq: 101, host: 4, hostSeq: 7}])
  deepEqual(told, [
    ['handed', 101, '#account', true, false],
    ['appended', 101],
  ])
  deepEqual(held.get(didOf(0) as Did), {host: 4, active: false, status: 'takendown', head: null})
})

const on = (host: number, active: boolean): RepoState => ({host, active, status: null, head: null})
for (const [name, before, active, isOwn, expected] of [
  ['a new one', undefined, true, false, [1, 0]],
  ['a new one that is not active', undefined, false, false, [0, 0]],
  ['one that comes from another host', on(5, true), true, false, [1, -1]],
  ['one that is closed as it comes', on(5, true), false, false, [0, -1]],
  ['one of a host that is not known', on(6, true), true, false, [1, 0]],
  ['one that is opened again', on(4, false), true, false, [1, 0]],
  ['one that is closed', on(4, true), false, false, [-1, 0]],
  ['one that is taken down', on(4, true), false, true, [-1, 0]],
  ['one that stays as it is', on(4, true), true, false, [0, 0]],
] as const) {
  test(`of the active accounts, ${name} is counted for the host where it is`, async () => {
    const repo = repoOf(0)
    const {intake, host, take, limits} = made({states: before ? {[repo.did]: before} : {}})
    if (isOwn) await intake.announce(host, repo.did, {active, status: 'takendown'})
    else await take(account(repo, 1, active))
    deepEqual([limits.get(4)!.active, limits.get(5)!.active], expected)
  })
}

for (const [name, setting, event, expected] of [
  [
    'a server that has no account of that name',
    {pds: 'https://b.example.com'},
    post(repoOf(0), 1).event,
    'wrong-host: %: its server is https://b.example.com',
  ],
  [
    'one whose document names no server',
    {pds: null},
    account(repoOf(0), 1, true),
    'wrong-host: %: its server is not named',
  ],
  [
    'a commit of one without a key',
    {keys: [null]},
    post(repoOf(0), 1).event,
    'no-signing-key: %: none in its document',
  ],
  [
    'a sync of one without a key',
    {keys: [null]},
    repoOf(0).sync(post(repoOf(0), 1)),
    'no-signing-key: %: none in its document',
  ],
  ['a DID that is gone', {isGone: true}, account(repoOf(0), 1, true), 'identity-unresolved: %: no such DID'],
  [
    'a farewell by who never had it',
    {isGone: true},
    account(repoOf(0), 1, false),
    'identity-unresolved: %: no such DID',
  ],
] as const) {
  test(`${name} is refused with what is known`, async () => {
    const {take, refused, passed, told, rules} = made(setting)
    await take(event)
    deepEqual(refused, [expected.replace('%', didOf(0))])
    deepEqual([passed, told, rules], [[], [['followed', 4, event.seq]], []])
  })
}

test('an account that is not active sends no commits, but says that it is', async () => {
  const repo = repoOf(0)
  const states = (status: string | null) => ({[repo.did]: {host: 4, active: false, status, head: null}})
  for (const [status, detail] of [
    ['takendown', 'takendown'],
    [null, 'no reason given'],
  ] as const) {
    const {take, refused, passed} = made({keys: [repo.key.publicKey], states: states(status)})
    const {event} = post(repo, 1)
    await take(event, account(repo, event.seq + 1, true), post(repo, 2).event)
    deepEqual(refused, [`account-inactive: ${repo.did} ${event.rev}: ${detail}`])
    deepEqual(
      passed.map(({t}) => t),
      ['#account', '#commit'],
    )
  }
})

test('the last word on an account whose DID is gone is that of the host that it was on', async () => {
  const repo = repoOf(0)
  const states = {[repo.did]: {host: 4, active: true, status: null, head: null}}
  const {take, passed, refused} = made({isGone: true, states})
  await take(account(repo, 1, false, 'deleted'), account(repo, 2, true))
  deepEqual(
    passed.map(({t}) => t),
    ['#account'],
  )
  deepEqual(refused, [`identity-unresolved: ${repo.did}: no such DID`])
})

test('what was told of an account is not told again, even within one batch', async () => {
  const repo = repoOf(0)
  const {take, passed, refused, charged} = made()
  await take(account(repo, 1, false, 'deactivated'), account(repo, 2, false, 'deactivated'), account(repo, 3, false))
  equal(passed.length, 2)
  deepEqual(refused, [`account-unchanged: ${repo.did}`])
  deepEqual(charged, ['accounts 1'])
})

test('the time is the latest that was known, and commits without prevData pass where that is allowed', async () => {
  for (const [setting, expected] of [
    [{}, {nowMs, requirePrevData: true}],
    [
      {newestMs: nowMs + 5, lenient: true},
      {nowMs: nowMs + 5, requirePrevData: false},
    ],
  ] as const) {
    const repo = repoOf(0)
    const {take, rules} = made({...setting, keys: [repo.key.publicKey]})
    await take(post(repo, 1).event, account(repo, 2, true))
    deepEqual(rules, [{...expected, collections: true, count: 1}], 'nobody is asked of what is not signed')
  }
})

test('a host is judged by each commit that was verified, by why it was refused or what it does not prove', async () => {
  const repo = repoOf(0)
  const [one, two, three] = [1, 2, 3].map(n => post(repo, n).event)
  const {prevData: _, ...unproven} = two
  const lenient = made({lenient: true, keys: [repo.key.publicKey]})
  await lenient.take(one, account(repo, two.seq, true), unproven, one, repo.sync(post(repo, 4)))
  deepEqual(lenient.judged, [undefined, 'prev-data-missing', 'stale-rev'])
  const strict = made({keys: [repo.key.publicKey]})
  await strict.take(one, unproven, three)
  deepEqual(strict.judged, [undefined, 'prev-data-missing', 'since-mismatch'])
  const elsewhere = made({pds: 'https://b.example.com'})
  await elsewhere.take(one)
  deepEqual(elsewhere.judged, [])
})

test('a signature that is not of the key at hand is checked once more by the key of now, if it is another', async () => {
  const repo = repoOf(0)
  const [old, now] = [testKey(20).publicKey, repo.key.publicKey]
  const moved = made({keys: [old, now]})
  const {event} = post(repo, 1)
  await moved.take(event, account(repo, event.seq + 1, true))
  deepEqual(
    [moved.rules.map(({count}) => count), moved.charged],
    [
      [1, 1],
      ['lookups 1', 'accounts 1'],
    ],
  )
  equal(moved.passed.length, 2)
  const same = made({keys: [old]})
  await same.take(event, post(repo, 2).event)
  deepEqual(
    same.rules.map(({count}) => count),
    [2],
  )
  deepEqual(same.charged, ['lookups 1'], 'once for both')
  deepEqual(
    same.refused.map(text => text.split(':')[0]),
    ['bad-signature', 'bad-signature'],
  )
  const gone = made({keys: [old, null]})
  await gone.take(event)
  deepEqual(gone.refused.length, 1)
})

test('batches of sixteen events wait for no turn, and larger ones for that of another host', async () => {
  const gate = Promise.withResolvers<void>()
  const repos = [0, 1, 2].map(repoOf)
  const events = repos.map(repo => Array.from({length: 17}, (_, n) => post(repo, n).event))
  const {takeOf, rules} = made({keys: [repos[0].key.publicKey], gate: gate.promise})
  const counts = async (): Promise<number[]> => {
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    return rules.map(({count}) => count)
  }
  const taken = [takeOf('a', ...events[0])]
  deepEqual(await counts(), [17])
  taken.push(takeOf('b', ...events[1]), takeOf('c', ...events[2].slice(1)))
  deepEqual(await counts(), [17, 16])
  gate.resolve()
  await Promise.all(taken)
  // Those of other keys are asked about once more.
  deepEqual((await counts()).slice(0, 3), [17, 16, 17])
})

test('each account whose key may be another is looked up once', async () => {
  const repos = Array.from({length: 26}, (_, n) => repoOf(n))
  const {take, charged} = made({keys: [testKey(77).publicKey]})
  await take(...repos.map(repo => post(repo, 1).event))
  deepEqual(
    charged,
    Array.from({length: 26}, () => 'lookups 1'),
  )
})

test('of a host that is left while its events are on their way nothing is placed', async () => {
  const repo = repoOf(0)
  const {takeUntil, host, passed, held} = made({keys: [repo.key.publicKey]})
  const leaving = new AbortController()
  // As the last thing that is waited for is looked up.
  held.get = () => {
    leaving.abort(new Error('it is banned'))
    return undefined
  }
  await rejects(takeUntil(leaving.signal, account(repo, 11, true)), /it is banned/)
  deepEqual([passed, held.size, host.placed], [[], 0, 0])
})
