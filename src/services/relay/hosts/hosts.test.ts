/** Which servers are followed, and from when on. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {createLog, type LogLine} from '#std/log.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {Places} from '#std/waiting/places.ts'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {relayMigrations, sqliteRelayStore} from '../store/relay-store.sqlite.ts'
import {Hosts, probePlaces, type HostsOptions} from './hosts.ts'
import type {Upstream} from './upstream.ts'

const dayMs = 86_400_000

/** Hosts of a relay that takes so many new ones a day, and the tasks that it has begun. */
function opened(context: TestContext, newHostsPerDayMax: number, more: Partial<HostsOptions> = {}) {
  const store = sqliteRelayStore(openSqlite(undefined, {migrations: relayMigrations}))
  context.after(() => store.close())
  const clock = {ms: 1_000_000}
  const followed: string[] = []
  const trusted: string[] = []
  const woken: string[] = []
  const slept: number[] = []
  const lines: LogLine[] = []
  const hosts = new Hosts({
    store,
    world: {
      now: () => clock.ms,
      sleep: async (ms, signal) => {
        slept.push(ms)
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('over'))))
      },
      fetch: async () => Response.json({did: 'did:web:pds.example.com', availableUserDomains: []}),
    },
    log: createLog({level: 'info', now: () => 0, sink: line => lines.push(line)}),
    tasks: {spawn: name => void followed.push(name)},
    places: new Places({max: 1, waitingMax: 1}),
    upstream: ({hostname}, isTrusted) => {
      if (isTrusted) trusted.push(hostname)
      return {hostname, wake: () => woken.push(hostname)} as unknown as Upstream
    },
    trustedDomains: [],
    bannedDomains: [],
    requestCrawl: true,
    localHosts: false,
    newHostsPerDayMax,
    limits: new InProcessLimits(() => clock.ms),
    ...more,
  })
  return {store, hosts, clock, followed, trusted, woken, slept, lines}
}

test('a server that asks before the relay has started is followed once it has, from where it was left', async context => {
  const {store, hosts, followed} = opened(context, 1)
  await store.addHost('pds.example.com', 0)
  const asked = hosts.requestCrawl('pds.example.com')
  for (let turns = 0; turns < 20; turns++) await turn()
  deepEqual(followed, [])
  await hosts.start([])
  deepEqual(await asked, 'followed')
  deepEqual(followed, ['host pds.example.com'])
})

test('a new server is counted once, however many ask for it at the same time', async context => {
  const {hosts, followed} = opened(context, 2)
  await hosts.start([])
  const asked = Array.from({length: 10}, () => hosts.requestCrawl('pds.example.com'))
  deepEqual(new Set(await Promise.all(asked)), new Set(['followed']))
  deepEqual(await hosts.requestCrawl('pds.example.net'), 'followed')
  deepEqual(await hosts.requestCrawl('pds.example.org'), 'too-many')
  deepEqual(followed, ['host pds.example.com', 'host pds.example.net'])
})

test('those of before are followed first, then those of the configuration, each once and none that is banned', async context => {
  const {store, hosts, followed, trusted} = opened(context, 1, {
    bannedDomains: ['bad.example'],
    trustedDomains: ['good.example'],
  })
  const before = ['old.example.com', 'a.bad.example', 'pds.good.example', 'named.example.com']
  for (const name of before) await store.addHost(name, 0)
  await hosts.start(['new.example.com', 'named.example.com', 'b.bad.example'])
  const expected = ['old.example.com', 'pds.good.example', 'named.example.com', 'new.example.com']
  deepEqual(
    hosts.all().map(({hostname}) => hostname),
    expected,
  )
  deepEqual(
    followed,
    expected.map(name => `host ${name}`),
  )
  deepEqual(trusted, expected.slice(1), 'all but the one that asked once')
  equal(hosts.get('new.example.com')?.hostname, 'new.example.com')
  equal(hosts.get('a.bad.example'), undefined)
})

test('a host that is followed is woken by whoever asks, and counts as no new one', async context => {
  const {hosts, woken, slept} = opened(context, 0, {requestCrawl: false})
  await hosts.start(['pds.example.com', 'localhost:2583'])
  for (const text of ['https://PDS.example.com/', 'localhost:2583']) equal(await hosts.requestCrawl(text), 'followed')
  deepEqual([woken, slept], [['pds.example.com', 'localhost:2583'], []])
  for (const [text, verdict] of [
    ['other.example.com', 'closed'],
    ['localhost:2584', 'bad-hostname'],
    ['10.0.0.1', 'bad-hostname'],
  ]) {
    equal(await hosts.requestCrawl(text), verdict, text)
  }
})

test('of those taken on a day, a fifth may be of one domain, and each port of this machine is one', async context => {
  const {hosts, clock} = opened(context, 6, {localHosts: true})
  await hosts.start([])
  const verdicts: string[] = []
  for (const name of [
    'a.many.example',
    'b.many.example',
    'c.many.example',
    'localhost:1',
    'localhost:2',
    'localhost:3',
  ])
    verdicts.push(await hosts.requestCrawl(name))
  deepEqual(verdicts, ['followed', 'followed', 'too-many', 'followed', 'followed', 'followed'])
  clock.ms += dayMs - 1
  equal(await hosts.requestCrawl('c.many.example'), 'too-many')
  clock.ms += 1
  equal(await hosts.requestCrawl('c.many.example'), 'followed')
})

test('a server has five seconds to say that it is one, and what it says else is logged', async context => {
  const {hosts, slept, lines} = opened(context, 1)
  await hosts.start([])
  equal(await hosts.requestCrawl('pds.example.com'), 'followed')
  deepEqual([slept, lines], [[5_000], []])
  const silent = opened(context, 1, {
    world: {now: () => 0, sleep: async () => {}, fetch: () => new Promise(() => {})},
  })
  await silent.hosts.start([])
  equal(await silent.hosts.requestCrawl('pds.example.com'), 'unreachable')
  deepEqual(
    silent.lines.map(({fields}) => [fields.host, (fields.error as Error).message]),
    [['pds.example.com', 'No answer within 5000 ms.']],
  )
})

test('a server describes itself in a quarter of a mebibyte', async context => {
  const text = JSON.stringify({did: 'did:web:pds.example.com', availableUserDomains: []})
  const texts = [2 ** 18, 2 ** 18 + 1].map(size => text.padEnd(size))
  for (const [i, verdict] of ['followed', 'unreachable'].entries()) {
    const {hosts} = opened(context, 1, {
      world: {
        now: () => 0,
        sleep: () => new Promise(() => {}),
        fetch: async () => new Response(texts[i], {headers: {'content-type': 'application/json'}}),
      },
    })
    await hosts.start([])
    equal(await hosts.requestCrawl('pds.example.com'), verdict)
  }
})

test('when too many are asked, that is what is said, and a fault of ours is not', async context => {
  deepEqual(probePlaces, {max: 32, perGroupMax: 8, waitingMax: 0})
  for (const [error, verdict] of [
    [new Overloaded('full'), 'too-many'],
    [new Error('broken'), undefined],
  ] as const) {
    const places = new Places({max: 1, waitingMax: 1})
    places.with = () => Promise.reject(error)
    const {hosts} = opened(context, 1, {places})
    await hosts.start([])
    const asked = hosts.requestCrawl('pds.example.com')
    if (verdict) equal(await asked, verdict)
    else await rejects(asked, error)
  }
})

test('two relays do not follow each other', async context => {
  for (const [server, verdict] of [
    ['wholesky atproto-relay', 'relay'],
    ['nginx', 'followed'],
    [undefined, 'followed'],
  ] as const) {
    const headers = server === undefined ? undefined : {server}
    const described = {did: 'did:web:pds.example.com', availableUserDomains: []}
    const {hosts} = opened(context, 1, {
      world: {now: () => 0, sleep: () => new Promise(() => {}), fetch: async () => Response.json(described, {headers})},
    })
    await hosts.start([])
    equal(await hosts.requestCrawl('pds.example.com'), verdict, `${server}`)
  }
})
