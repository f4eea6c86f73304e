/** Accounts of which an event came at the wrong time: what becomes known of them after all, when, and at what cost. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import type {Arrived, NumberedEvent} from '#atp/sync/stream-reader.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {silentLog} from '#std/log.ts'
import {TestRepo, testKey, type MadeCommit} from '../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {ask, crawl, frames, running, type Running} from '../../../../test/relays.ts'
import {until} from '../../../../test/until.ts'
import {Rechecks} from './rechecks.ts'
import type {SourceHost} from './intake.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const time = datetimeOf(nowMs)
const [hostname, other] = ['pds.example.com', 'other.example.com']
const web = 'did:web:alice.example.org' as Did
const plc = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did

/** What a host says of an account, beside its stream. */
function answer({pathname}: URL, last: MadeCommit | undefined, active = true): Response {
  const {did, rev, commit} = last!.event
  switch (pathname.slice('/xrpc/com.atproto.sync.'.length)) {
    case 'getRepoStatus':
      return Response.json({did, active, ...(active ? {rev} : {status: 'deactivated'})})
    case 'getLatestCommit':
      return Response.json({cid: commit.toString(), rev})
    default: {
      const car = encodeCar(
        [commit],
        [...last!.blocks].filter(({cid}) => cid.equals(commit)),
      )
      return new Response(car, {headers: {'content-type': 'application/vnd.ipld.car'}})
    }
  }
}

/** A relay whose hosts answer for one account's repository. */
async function begun(context: TestContext, did: Did) {
  const network = new FirehoseNetwork(nowMs)
  const repo = new TestRepo(did, testKey(1), nowMs - 3_600_000)
  const state: {last?: MadeCommit} = {}
  const documents = {webUp: true}
  network.account(repo.did, repo.key.publicKey, hostname)
  network.answers = async url => {
    if (url.pathname === '/.well-known/did.json') {
      return documents.webUp ? Response.json(network.documents.get(did)) : new Response('oops', {status: 502})
    }
    return url.pathname.startsWith('/xrpc/com.atproto.sync.') ? answer(url, state.last) : network.answer(url)
  }
  const write = (seq: number): Uint8Array => {
    state.last = repo.write({[`app.bsky.feed.post/${seq}`]: {seq}})
    return encodeEvent({...state.last.event, seq})
  }
  const account = (seq: number, active: boolean): Uint8Array =>
    encodeEvent({t: '#account', did, seq, time, active, ...(active ? {} : {status: 'deactivated'})})
  const [host, next] = [network.host(hostname), network.host(other)]
  const relay = await running(context, network)
  return {network, repo, state, documents, write, account, host, next, relay}
}

const refusedOf = async ({relay}: Running, name: string): Promise<Record<string, {count: number}>> =>
  ((await (await ask(relay, 'getHostStatus', {hostname: name})).json()) as {refused?: {}}).refused ?? {}
const isRefused = (relay: Running, reason: string, name = hostname): Promise<unknown> =>
  until(async () => (await refusedOf(relay, name))[reason], `it is refused as ${reason}`)
const told = async ({relay}: Running, after: number, count: number) =>
  (await frames(relay, after, count)).map(({t, body}) => [t, body.rev ?? body.active ?? ''])

test(
  'what was refused since the host of a did:web was away goes out when it is back',
  {timeout: 20_000},
  async context => {
    const {network, repo, documents, write, host, relay} = await begun(context, web)
    documents.webUp = false
    host.send(encodeEvent({t: '#identity', did: web, seq: 1, time}), write(2))
    await isRefused(relay, 'identity-unresolved')
    documents.webUp = true
    network.nowMs += 11_000
    deepEqual(await told(relay, 0, 3), [
      ['#identity', ''],
      ['#account', true],
      ['#sync', repo.rev],
    ])
    host.send(write(3))
    deepEqual(await told(relay, 3, 1), [['#commit', repo.rev]])
  },
)

test(
  'a repository of which a commit does not prove what it says is told of by its newest commit',
  {timeout: 20_000},
  async context => {
    const {network, repo, write, host, state, relay} = await begun(context, plc)
    host.send(write(1))
    await told(relay, 0, 1)
    write(2)
    host.send(encodeEvent({...state.last!.event, seq: 2, ops: []}))
    await isRefused(relay, 'inversion-mismatch')
    network.nowMs += 11_000
    deepEqual(await told(relay, 1, 1), [['#sync', repo.rev]])
    host.send(write(3))
    deepEqual(await told(relay, 2, 1), [['#commit', repo.rev]])
  },
)

test(
  'an account that has moved is not left behind because it was looked at just before',
  {timeout: 20_000},
  async context => {
    const {network, repo, write, account, host, next, relay} = await begun(context, plc)
    host.send(write(1), account(2, false))
    await told(relay, 0, 2)
    next.send(account(1, true))
    await isRefused(relay, 'wrong-host', other)
    network.account(plc, repo.key.publicKey, other)
    next.send(write(2))
    await until(async () => (await refusedOf(relay, other))['wrong-host'].count === 2, 'both are refused')
    network.nowMs += 11_000
    deepEqual(await told(relay, 2, 2), [
      ['#account', true],
      ['#sync', repo.rev],
    ])
    next.send(write(3))
    deepEqual(await told(relay, 4, 1), [['#commit', repo.rev]])
  },
)

test('a recheck moves no cursor, neither now nor when the log is told again', {timeout: 20_000}, async context => {
  const {network, documents, write, host, relay} = await begun(context, web)
  documents.webUp = false
  host.send(write(7))
  await isRefused(relay, 'identity-unresolved')
  documents.webUp = true
  network.nowMs += 11_000
  await told(relay, 0, 2)
  host.break()
  await until(() => host.cursors.length === 2, 'it is dialled again')
  equal(host.cursors[1], '7')
  ok(relay.metrics.render().includes('relay_rechecks_total{outcome="done"} 1'))
  await relay.relay.fetch(crawl(hostname))
})

/** Many accounts of hosts, none of which is to be had unless the test says so. */
function alone() {
  const clock = new HandClock(nowMs)
  const sleeps: number[] = []
  const looks: string[] = []
  const charged: string[] = []
  const taken: Arrived[] = []
  const state = {found: {ok: false, passing: true, reason: 'unreachable', detail: ''} as object, isWell: true}
  const said: {status?: string; gate?: () => Promise<void>} = {}
  const metrics = new Metrics()
  const rechecks = new Rechecks({
    world: {
      now: clock.now,
      sleep: (ms: number, signal: AbortSignal) => {
        sleeps.push(ms)
        return clock.sleep(ms, signal)
      },
    },
    guarded: {
      fetch: async () => {
        await said.gate?.()
        return said.status === undefined
          ? Response.json({error: 'Odd'}, {status: 500})
          : Response.json({did: plc, active: false, status: said.status})
      },
    },
    identities: {
      isFresh: () => false,
      account: async (did: Did) => {
        looks.push(did)
        return state.found
      },
      directory: {
        get isWell() {
          return state.isWell
        },
      },
    },
    states: {one: async () => undefined},
    isFollowed: () => true,
    take: async (_: SourceHost, arrivals: readonly Arrived[]) => void taken.push(...arrivals),
    metrics,
    log: silentLog,
  } as unknown as ConstructorParameters<typeof Rechecks>[0])
  const host = (id: number): SourceHost => ({
    id,
    hostname: `h${id}.example.com`,
    origin: `https://h${id}.example.com`,
    placed: 0,
    demandsProof: true,
    judged: () => {},
    accountLimit: {room: 1},
    charge: cost => void charged.push(cost),
  })
  const refuse = (
    from: SourceHost,
    did: Did,
    reason: Parameters<Rechecks['refused']>[2] = 'identity-unresolved',
  ): void => rechecks.refused(from, {t: '#account', did, seq: 1, time, active: true} as NumberedEvent, reason)
  return {clock, sleeps, looks, charged, taken, state, said, metrics, rechecks, host, refuse}
}

test('an account is looked at ever less often and given up; while the directory is away that counts for nothing', async () => {
  const {clock, sleeps, looks, charged, state, metrics, rechecks, host, refuse} = alone()
  const stop = new AbortController()
  const run = rechecks.run(stop.signal).catch(() => {})
  const [one] = [host(1)]
  for (const reason of ['stale-rev', 'prev-data-mismatch', 'account-unchanged'] as const) refuse(one, plc, reason)
  await clock.pass(60_000)
  equal(looks.length, 0, 'what would be refused again is not looked at')
  refuse(one, plc)
  refuse(one, plc)
  await clock.pass(9_000)
  deepEqual([looks.length, sleeps], [0, [3_600_000, 10_000]], 'while nothing is due it sleeps')
  await clock.pass(2_000)
  deepEqual([looks.length, charged], [1, ['lookups']])
  state.isWell = false
  await clock.pass(3_600_000)
  state.isWell = true
  await clock.pass(1_800_000)
  // One that comes now does not wait for those that are due later.
  refuse(one, web)
  await clock.pass(11_000)
  equal(looks.at(-1), web)
  await clock.pass(10 * 3_600_000)
  ok(looks.length > 8 + 60, 'it was looked at all the while')
  ok(metrics.render().includes('relay_rechecks_total{outcome="given-up"} 2'))
  const before = looks.length
  await clock.pass(10 * 3_600_000)
  deepEqual([looks.length, sleeps.at(-1)], [before, 3_600_000], 'where nothing is left to do it sleeps')
  stop.abort(new Error('enough'))
  await run
})

test('a host says no more of an account than it may in an event', async () => {
  const {clock, taken, state, said, rechecks, host, refuse} = alone()
  const one = host(1)
  state.found = {ok: true, value: {pds: one.origin, key: testKey(1).publicKey}}
  said.status = 'x'.repeat(129)
  refuse(one, plc)
  const stop = new AbortController()
  const run = rechecks.run(stop.signal).catch(() => {})
  await clock.pass(20_000)
  equal(taken.length, 0)
  said.status = 'x'.repeat(128)
  await clock.pass(60_000)
  deepEqual(
    taken.map(({event}) => event.t),
    ['#account'],
  )
  stop.abort(new Error('enough'))
  await run
})

test('an #identity that was among what was refused is made good for, whatever came before it or after', async () => {
  for (const [came, expected] of [
    [['#account', '#account'], ['#account']],
    [
      ['#account', '#identity'],
      ['#identity', '#account'],
    ],
    [
      ['#identity', '#account'],
      ['#identity', '#account'],
    ],
  ] as const) {
    const {clock, taken, state, said, rechecks, host} = alone()
    const one = host(1)
    state.found = {ok: true, value: {pds: one.origin, key: testKey(1).publicKey}}
    said.status = 'deactivated'
    for (const t of came) rechecks.refused(one, {t, did: plc, seq: 1, time} as NumberedEvent, 'identity-unresolved')
    const stop = new AbortController()
    const run = rechecks.run(stop.signal).catch(() => {})
    await clock.pass(11_000)
    deepEqual(
      taken.map(({event}) => event.t),
      expected,
    )
    stop.abort(new Error('enough'))
    await run
  }
})

test('of each host so many are kept, and a few looked at at a time', async () => {
  const {clock, looks, metrics, rechecks, host, refuse} = alone()
  const [flooding, quiet] = [host(1), host(2)]
  for (let i = 0; i < 600; i++) refuse(flooding, `did:web:a${i}.example.com` as Did)
  refuse(quiet, plc)
  ok(metrics.render().includes('relay_rechecks_total{outcome="no-room"} 100'))
  ok(metrics.render().includes('relay_rechecks_waiting 501'))
  const stop = new AbortController()
  const run = rechecks.run(stop.signal).catch(() => {})
  await clock.pass(10_000)
  deepEqual(looks, ['did:web:a0.example.com', 'did:web:a1.example.com', plc])
  stop.abort(new Error('enough'))
  await run
})

test('one that is through makes room for one more of its host, among those in hand and those kept', async () => {
  const {clock, state, said, metrics, rechecks, host, refuse} = alone()
  const one = host(1)
  const gates: (() => void)[] = []
  state.found = {ok: true, value: {pds: one.origin, key: testKey(1).publicKey}}
  said.status = 'deactivated'
  said.gate = () => new Promise(resolve => gates.push(resolve))
  const refuseTo = (end: number, start: number): void => {
    for (let i = start; i < end; i++) refuse(one, `did:web:a${i}.example.com` as Did)
  }
  const counted = (outcome: string): number =>
    Number(new RegExp(`\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics.render())?.[1] ?? 0)
  const stop = new AbortController()
  const run = rechecks.run(stop.signal).catch(() => {})
  refuseTo(501, 0)
  await clock.pass(10_000)
  deepEqual([gates.length, counted('no-room')], [2, 1])
  gates[0]()
  await clock.pass(1_000)
  refuseTo(503, 501)
  deepEqual([gates.length, counted('done'), counted('no-room')], [3, 1, 2])
  stop.abort(new Error('enough'))
  await run
})
