/** Hosts that lie, repeat themselves or ask for too much: what it costs them, and that it costs nobody else. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {createLog, type LogLine} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {FirehoseNetwork} from '../../../test/firehose-network.ts'
import {ask, crawl, frames, running, type Running} from '../../../test/relays.ts'
import {until} from '../../../test/until.ts'
import {Refusals} from './intake/refusals.ts'

const limit = {timeout: 20_000}
const nowMs = Date.parse('2026-01-02T03:04:05Z')
const time = datetimeOf(nowMs)
const [hostname, other] = ['pds.example.com', 'other.example.com']

const didOf = (n: number): string =>
  `did:plc:${n.toString(2).padStart(24, 'a').replaceAll('0', 'b').replaceAll('1', 'c')}`
const identity = (did: string, seq: number, handle?: string): Uint8Array =>
  encodeMessageFrame('#identity', {did, seq, time, ...(handle ? {handle} : {})})
const account = (did: string, seq: number, active: boolean, status?: string): Uint8Array =>
  encodeMessageFrame('#account', {did, seq, time, active, ...(status ? {status} : {})})

/** A network with a number of accounts, all on the first host. */
function begun(count: number, handle?: string) {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repos = Array.from({length: count}, (_, i) => {
    const repo = new TestRepo(didOf(i + 1), testKey(i + 1), nowMs)
    network.account(repo.did, repo.key.publicKey, hostname, handle)
    return repo
  })
  return {network, repos, host: network.host(hostname)}
}

const write = (repo: TestRepo, seq: number): Uint8Array =>
  encodeEvent({...repo.write({[`app.bsky.feed.post/${seq}`]: {seq}}).event, seq})

interface Status {
  status: string
  seq?: number
  waitsFor?: string
  refused?: Record<string, {count: number; detail: string}>
}
const statusOf = async ({relay}: Running, name = hostname): Promise<Status> =>
  (await (await ask(relay, 'getHostStatus', {hostname: name})).json()) as Status
const refusedOf = async (running: Running, name = hostname): Promise<Record<string, number>> =>
  Object.fromEntries(
    Object.entries((await statusOf(running, name)).refused ?? {}).map(([reason, {count}]) => [reason, count]),
  )
const told = async ({relay}: Running, after: number, count: number) =>
  (await frames(relay, after, count)).map(({t, body}) => [t, body.handle ?? body.status ?? body.active])

test('an #account that changes nothing is not passed on, and every change is', limit, async context => {
  const {network, repos, host} = begun(1)
  const [{did}] = repos
  const relay = await running(context, network)
  const states: [boolean, string?][] = [
    [true],
    [true],
    [false, 'deactivated'],
    [false, 'deactivated'],
    [false, 'takendown'],
    [false],
    [true],
  ]
  host.send(...states.map(([active, status], i) => account(did, i + 1, active, status)), identity(did, 50))
  deepEqual(await told(relay, 0, 6), [
    ['#account', true],
    ['#account', 'deactivated'],
    ['#account', 'takendown'],
    ['#account', false],
    ['#account', true],
    ['#identity', undefined],
  ])
  deepEqual(await refusedOf(relay), {'account-unchanged': 2})
  // On another server it is another account's worth of news.
  network.account(did, repos[0].key.publicKey, other)
  network.nowMs += 20_000
  network.host(other).send(account(did, 1, true))
  await relay.relay.fetch(crawl(other))
  deepEqual(await told(relay, 6, 1), [['#account', true]])
})

test(
  'an #identity that came again is not passed on, but a change is, and so is one after a while',
  limit,
  async context => {
    const {network, repos, host} = begun(1, 'alice.example.com')
    const [{did, key}] = repos
    network.handles.set('alice.example.com', did)
    const relay = await running(context, network)
    let seq = 0
    const say = (handle?: string): void => host.send(identity(did, ++seq, handle))
    say('alice.example.com')
    say('alice.example.com')
    deepEqual(await told(relay, 0, 1), [['#identity', 'alice.example.com']])
    say()
    deepEqual(await told(relay, 1, 1), [['#identity', undefined]])
    network.account(did, testKey(9).publicKey, hostname, 'alice.example.com')
    say('alice.example.com')
    deepEqual(await told(relay, 2, 1), [['#identity', 'alice.example.com']])
    say('alice.example.com')
    network.account(did, key.publicKey, hostname, 'alice.example.com')
    say('alice.example.com')
    deepEqual(await told(relay, 3, 1), [['#identity', 'alice.example.com']])
    network.nowMs += 10 * 60_000
    say('alice.example.com')
    deepEqual(await told(relay, 4, 1), [['#identity', 'alice.example.com']])
    deepEqual(await refusedOf(relay), {'identity-unchanged': 2})
  },
)

test('a handle is passed on when it leads to the account and back, and is left out else', limit, async context => {
  const {network, repos, host} = begun(6)
  const claims = ['true', 'stolen', 'silent', 'unclaimed', 'hanging', 'handle.invalid']
  const handles = claims.map(claim => (claim.includes('.') ? claim : `${claim}.example.org`))
  for (const [i, {did, key}] of repos.entries()) {
    network.account(did, key.publicKey, hostname, claims[i] === 'unclaimed' ? 'old.example.org' : handles[i])
    if (claims[i] !== 'silent') network.handles.set(handles[i], claims[i] === 'stolen' ? didOf(99) : did)
  }
  network.answers = (url, signal) =>
    url.host === 'hanging.example.org'
      ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))))
      : Promise.resolve(network.answer(url))
  host.send(...repos.map(({did}, i) => identity(did, i + 1, handles[i].toUpperCase())))
  const relay = await running(context, network)
  const passed = await frames(relay.relay, 0, 6)
  deepEqual(
    passed.map(({body}) => [body.did, body.handle, body.time]),
    repos.map(({did}, i) => [did, [0, 5].includes(i) ? handles[i].toUpperCase() : undefined, time]),
  )
  deepEqual(await refusedOf(relay), {})
})

test(
  'of an account whose DID is gone only its last host has the last word, and only a farewell',
  limit,
  async context => {
    const {network, repos, host} = begun(1)
    const [repo] = repos
    network.host(other)
    const relay = await running(context, network)
    host.send(write(repo, 1))
    await frames(relay.relay, 0, 1)
    network.documents.delete(repo.did)
    network.nowMs += 25 * 3_600_000
    network.host(other).send(account(repo.did, 1, false, 'deleted'))
    await until(async () => (await refusedOf(relay, other))['identity-unresolved'] === 1, 'it is refused')
    host.send(account(repo.did, 2, true), write(repo, 3), identity(repo.did, 4), account(repo.did, 5, false, 'deleted'))
    deepEqual(await told(relay, 1, 1), [['#account', 'deleted']])
    deepEqual(await refusedOf(relay), {'identity-unresolved': 3})
  },
)

test(
  'an account that has moved is known by a second look, and strangers cost one in ten seconds',
  limit,
  async context => {
    const {network, repos, host} = begun(1)
    const [repo] = repos
    const relay = await running(context, network)
    const away = network.host(other)
    host.send(write(repo, 1))
    await frames(relay.relay, 0, 1)
    await relay.relay.fetch(crawl(other))
    const lookups = (): number => network.lookups.filter(name => name === repo.did).length
    equal(lookups(), 1)
    for (let seq = 1; seq <= 5; seq++) {
      away.send(account(repo.did, seq, false))
      await until(async () => (await refusedOf(relay, other))['wrong-host'] === seq, 'it is refused')
    }
    equal(lookups(), 1)
    network.nowMs += 20_000
    away.send(account(repo.did, 6, false))
    await until(async () => (await refusedOf(relay, other))['wrong-host'] === 6, 'it is refused')
    equal(lookups(), 2)

    network.account(repo.did, repo.key.publicKey, other)
    network.nowMs += 20_000
    away.send(write(repo, 7))
    equal((await frames(relay.relay, 1, 1))[0].body.rev, repo.rev)
    equal(lookups(), 3)
  },
)

/** A host that asked to be followed, and so has the budget of a stranger, beside one of the configuration. */
async function beside(context: TestContext, count: number, settings: Record<string, string>) {
  const {network, repos, host} = begun(count)
  const quiet = new TestRepo(didOf(500), testKey(50), nowMs)
  network.account(quiet.did, quiet.key.publicKey, other)
  network.host(other)
  const relay = await running(context, network, {RELAY_HOSTS: other, ...settings})
  await relay.relay.fetch(crawl(hostname))
  return {network, repos, host, quiet, relay}
}

for (const [budget, settings, count] of [
  ['events', {RELAY_HOST_EVENTS_PER_SECOND: '1'}, 12],
  ['bytes', {RELAY_HOST_BYTES_PER_SECOND: '100B'}, 12],
  ['lookups', {RELAY_HOST_LOOKUPS_PER_SECOND: '1'}, 12],
  ['accounts', {RELAY_HOST_ACCOUNTS_PER_HOUR: '10'}, 12],
] as const) {
  test(`a host that has used up its ${budget} waits, others do not, and nothing is lost`, limit, async context => {
    const {network, repos, host, quiet, relay} = await beside(context, count, settings)
    host.send(...repos.map((repo, i) => write(repo, i + 1)))
    await frames(relay.relay, 0, count)
    host.send(write(repos[0], 100))
    await until(async () => (await statusOf(relay)).status === 'throttled', 'the host waits')
    equal((await statusOf(relay)).waitsFor, budget)
    ok(relay.metrics.render().includes(`relay_budget_waits_total{budget="${budget}"} 1`))
    network.host(other).send(write(quiet, 1))
    equal((await frames(relay.relay, count, 1))[0].body.repo, quiet.did)
    equal((await statusOf(relay, other)).status, 'active')
    network.nowMs += 24 * 3_600_000
    equal((await frames(relay.relay, count + 1, 1))[0].body.rev, repos[0].rev)
    equal((await statusOf(relay)).status, 'active')
    deepEqual(await refusedOf(relay), {})
  })
}

for (const [name, settings] of [
  ['of the configuration', {RELAY_HOSTS: hostname}],
  ['of a trusted domain', {RELAY_HOSTS: '', RELAY_TRUSTED_DOMAINS: 'example.com'}],
] as const) {
  test(`a host ${name} may do more than a stranger`, limit, async context => {
    const {network, repos, host} = begun(12)
    const relay = await running(context, network, {...settings, RELAY_HOST_EVENTS_PER_SECOND: '1'})
    await relay.relay.fetch(crawl(hostname))
    host.send(...repos.map((repo, i) => write(repo, i + 1)))
    await frames(relay.relay, 0, 12)
    host.send(write(repos[0], 100))
    await frames(relay.relay, 12, 1)
    equal((await statusOf(relay)).status, 'active')
    ok(!relay.metrics.render().includes('relay_budget_waits_total{'))
  })
}

test('whoever comes by is told what this is', limit, async context => {
  const {relay} = await running(context, begun(0).network)
  const answer = await relay.fetch(new Request('http://relay/'))
  equal(answer.headers.get('content-type'), 'text/plain')
  ok((await answer.text()).includes('relay'))
})

test('the number of the last event of a host is told from the first on', limit, async context => {
  const {network, repos, host} = begun(1)
  const server = await running(context, network)
  const seq = async (): Promise<number | undefined> => (await statusOf(server)).seq
  equal(await seq(), undefined)
  host.send(write(repos[0], 1))
  await frames(server.relay, 0, 1)
  equal(await seq(), 1)
})

test('repositories are listed page by page, in the order in which they came', limit, async context => {
  const {network, repos, host} = begun(3)
  const relay = await running(context, network)
  host.send(...repos.map((repo, i) => write(repo, i + 1)))
  await frames(relay.relay, 0, 3)
  const page = async (params: Record<string, string>): Promise<[string[], string | undefined]> => {
    const answer = await (await ask(relay.relay, 'listRepos', params)).json()
    const {repos: found, cursor} = answer as {repos: {did: string}[]; cursor?: string}
    return [found.map(({did}) => did), cursor]
  }
  const dids = repos.map(({did}) => did)
  await until(async () => (await page({}))[0].length === 3, 'all are saved')
  deepEqual(await page({}), [dids, undefined])
  const [first, cursor] = await page({limit: '2'})
  deepEqual(first, dids.slice(0, 2))
  deepEqual(await page({limit: '2', cursor: cursor ?? ''}), [dids.slice(2), undefined])
  equal((await ask(relay.relay, 'listRepos', {cursor: 'x'})).status, 400)
})

test('an event that a host sends again is refused, and so is one with which it begins', limit, async context => {
  const {network, repos, host} = begun(3)
  const [a, b, c] = repos
  const relay = await running(context, network)
  host.send(identity(a.did, 5), identity(b.did, 5), identity(b.did, 4))
  await until(async () => (await refusedOf(relay))['repeated-seq'] === 2, 'both are refused')
  // Connected anew, it sends what it was asked to go on after.
  host.follow = async function* (_, signal) {
    yield [identity(b.did, 5), identity(c.did, 6)]
    await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}))
  }
  host.break()
  deepEqual(
    (await frames(relay.relay, 0, 2)).map(({body}) => body.did),
    [a.did, c.did],
  )
  deepEqual(await refusedOf(relay), {'repeated-seq': 3})
})

test('what is refused is told at warn level once for each reason of a host, and counted after that', () => {
  const lines: LogLine[] = []
  const log = createLog({level: 'debug', now: () => 0, sink: line => lines.push(line)})
  const metrics = new Metrics()
  const refusals = new Refusals(metrics, log)
  for (let i = 0; i < 3; i++) refusals.count(hostname, 'bad-header', `no ${i}`)
  refusals.count(hostname, 'wrong-host', 'x'.repeat(10_000))
  refusals.count(other, 'bad-header', 'no')
  deepEqual(
    lines.map(({level, fields}) => [level, fields.host, fields.reason]),
    [
      ['warn', hostname, 'bad-header'],
      ['debug', hostname, 'bad-header'],
      ['debug', hostname, 'bad-header'],
      ['warn', hostname, 'wrong-host'],
      ['warn', other, 'bad-header'],
    ],
  )
  deepEqual(refusals.of(hostname).get('bad-header'), {count: 3, detail: 'no 2'})
  equal(refusals.of(hostname).get('wrong-host')?.detail.length, 300)
  equal(refusals.of('unknown.example.com').size, 0)
  const counts = metrics.render().split('\n')
  ok(counts.includes('relay_refused_total{reason="bad-header"} 4'))
  ok(counts.includes(`relay_refused_by_host_total{host="${hostname}",reason="bad-header"} 3`))
  ok(counts.includes(`relay_refused_by_host_total{host="${hostname}",reason="wrong-host"} 1`))
  ok(counts.includes(`relay_refused_by_host_total{host="${other}",reason="bad-header"} 1`))
})

test('hosts are listed page by page', limit, async context => {
  const {network} = begun(0)
  for (const name of ['b.example.com', 'c.example.com']) network.host(name)
  const {relay} = await running(context, network)
  const page = async (params: Record<string, string>) => {
    const {hosts, cursor} = (await (await ask(relay, 'listHosts', params)).json()) as {
      hosts: {hostname: string}[]
      cursor?: string
    }
    return [hosts.map(({hostname}) => hostname), cursor] as const
  }
  const [first, cursor] = await page({limit: '2'})
  deepEqual(first, [hostname, 'b.example.com'])
  deepEqual(await page({limit: '2', cursor: cursor ?? ''}), [['c.example.com'], undefined])
  const {hosts} = (await (await ask(relay, 'listHosts')).json()) as {hosts: object[]}
  ok(hosts.length === 3 && hosts.every(host => !('seq' in host)), 'none has sent an event')
  deepEqual(await page({limit: '3'}), [[hostname, 'b.example.com', 'c.example.com'], undefined])
  deepEqual(await page({cursor: '999'}), [[], undefined])
  for (const wrong of ['x', '-1', '1.5', '1'.repeat(16)]) {
    equal((await ask(relay, 'listHosts', {cursor: wrong})).status, 400, wrong)
  }
})

const refusal = async ({relay}: Running, name: string): Promise<[string, string] | undefined> => {
  const response = await relay.fetch(crawl(name))
  if (response.ok) return undefined
  const {error, message} = (await response.json()) as {error: string; message: string}
  return [error, message]
}

test('who asks to be followed hears why not', limit, async context => {
  const {network, host} = begun(0)
  network.host('relay.example.com')
  network.host('wordy.example.com')
  network.answers = async url => {
    const answer = network.answer(url)
    if (url.host === 'wordy.example.com') {
      const domains = Array.from({length: 100_000}, (_, i) => `.a${i}.example`)
      return Response.json({did: 'did:web:wordy.example.com', availableUserDomains: domains})
    }
    answer.headers.set('server', url.host === 'relay.example.com' ? 'another atproto-relay/1' : 'nginx')
    return answer
  }
  const open = await running(context, network, {RELAY_HOSTS: ''})
  deepEqual(await refusal(open, 'relay.example.com'), ['InvalidRequest', 'That server is a relay, not a PDS.'])
  network.host('nginx.example.com')
  equal(await refusal(open, 'nginx.example.com'), undefined, 'one that says what it is, and is no relay')
  const [error, message] = (await refusal(open, 'gone.example.com')) ?? []
  equal(error, 'HostNotFound')
  ok(message?.includes('describeServer'), String(message))
  ok((await refusal(open, '10.0.0.1'))?.[1].includes('DNS name'))
  ok((await refusal(open, 'wordy.example.com'))?.[1].includes('describeServer'), 'one that says too much')
  deepEqual((await ask(open.relay, 'getHostStatus', {hostname: 'relay.example.com'})).status, 400)

  const closed = await running(context, network, {RELAY_HOSTS: hostname, RELAY_REQUEST_CRAWL: 'false'})
  equal((await refusal(closed, other))?.[0], 'Forbidden')
  equal(await refusal(closed, hostname), undefined)
  equal(host.cursors.length, 1)
})

test(
  'a server on this machine may ask only where that is allowed, or when it is followed anyway',
  limit,
  async context => {
    const local = 'localhost:2583'
    const {network} = begun(0)
    for (const name of [local, 'localhost:2584']) network.host(name)
    const closed = await running(context, network, {RELAY_HOSTS: local})
    equal(await refusal(closed, local), undefined)
    equal((await refusal(closed, 'localhost:2584'))?.[0], 'InvalidRequest')
    const open = await running(context, network, {RELAY_HOSTS: '', RELAY_LOCAL_HOSTS: 'true'})
    equal(await refusal(open, 'localhost:2584'), undefined)
  },
)

test('names below one domain do not use up what others may ask for', limit, async context => {
  const {network} = begun(0)
  const {relay} = await running(context, network, {RELAY_HOSTS: '', RELAY_NEW_HOSTS_PER_DAY_MAX: '10'})
  const isTaken = async (name: string): Promise<boolean> => {
    network.host(name)
    return (await relay.fetch(crawl(name))).ok
  }
  deepEqual(await Promise.all(['a.many.example', 'b.many.example', 'c.many.example'].map(isTaken)), [true, true, false])
  equal(await isTaken('pds.other.example'), true)
})

test('no more servers are probed at a time than a few, fewer of one domain, and each once', limit, async context => {
  const {network} = begun(0)
  // As slowly as the clock, so that none gives up while the others are asked.
  network.world.sleep = realWorld.sleep
  const asked: string[] = []
  const answers: (() => void)[] = []
  network.answers = url => {
    asked.push(url.host)
    return new Promise(resolve => answers.push(() => resolve(network.answer(url))))
  }
  const {relay} = await running(context, network, {RELAY_HOSTS: ''})
  const refusal = async (name: string): Promise<string> =>
    ((await (await relay.fetch(crawl(name))).json()) as {error: string}).error
  const names = Array.from({length: 32}, (_, i) => `h${i}.domain${Math.floor(i / 8)}.example`)
  const ofOne = names.slice(0, 8)
  const waiting = [...ofOne, ...ofOne].map(name => relay.fetch(crawl(name)))
  await until(() => asked.length === 8, 'all of one domain are asked')
  equal(await refusal('one-more.domain0.example'), 'RateLimitExceeded')
  waiting.push(...names.slice(8).map(name => relay.fetch(crawl(name))))
  await until(() => asked.length === 32, 'all are asked')
  equal(await refusal('pds.other.example'), 'RateLimitExceeded')
  for (const answer of answers) answer()
  await Promise.all(waiting)
  deepEqual(asked.toSorted(), names.toSorted())
})

test('a host that is down is dialled when it asks, and not each time that somebody does', limit, async context => {
  const {network, host} = begun(0)
  const {relay} = await running(context, network)
  await until(() => host.cursors.length === 1, 'the host is followed')
  host.up = false
  host.break()
  await until(() => host.dials > 1, 'the host is dialled again')
  const before = host.dials
  for (let i = 0; i < 50; i++) {
    await relay.fetch(crawl(hostname))
    await new Promise(setImmediate)
  }
  ok(host.dials - before <= 10, `${host.dials - before} dials`)
  host.up = true
  network.nowMs += 10_000
  await relay.fetch(crawl(hostname))
  await until(() => host.cursors.length === 2, 'the host is followed again')
})
