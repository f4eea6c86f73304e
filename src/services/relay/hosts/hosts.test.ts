/** Which servers are followed, and from when on. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {createLog, type LogLine} from '#std/log.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {Places} from '#std/waiting/places.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {relayMigrations, sqliteRelayStore} from '../store/relay-store.sqlite.ts'
import {DomainBans} from '../operator/domain-bans.ts'
import {sqliteOperatorStore} from '../store/operator-store.sqlite.ts'
import {Hosts, probePlaces, type HostsOptions} from './hosts.ts'
import type {Upstream} from './upstream.ts'

const dayMs = 86_400_000

/** Hosts of a relay that takes so many new ones a day, and the tasks that it has begun. */
async function opened(
  context: TestContext,
  newHostsPerDayMax: number,
  more: Partial<HostsOptions> & {bannedDomains?: readonly string[]} = {},
  sql = openSqlite(undefined, {migrations: relayMigrations}),
) {
  const store = sqliteRelayStore(sql)
  context.after(() => store.close())
  const bans = await DomainBans.load(sqliteOperatorStore(sql), more.bannedDomains ?? [])
  const clock = {ms: 1_000_000}
  const followed: string[] = []
  const trusted: string[] = []
  const woken: string[] = []
  const left: string[] = []
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
    tasks: {
      spawn: (name, run) => {
        followed.push(name)
        void run(new AbortController().signal)
      },
    },
    places: new Places({max: 1, waitingMax: 1}),
    upstream: ({hostname}, isTrusted) => {
      if (isTrusted) trusted.push(hostname)
      return {
        hostname,
        connected: true,
        wake: () => woken.push(hostname),
        run: (signal: AbortSignal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              left.push(hostname)
              reject(signal.reason as Error)
            })
          }),
      } as unknown as Upstream
    },
    trustedDomains: [],
    bans,
    settings: {requestCrawl: true, newHostsPerDayMax},
    localHosts: false,
    ...more,
  })
  return {sql, store, hosts, bans, clock, followed, trusted, woken, left, slept, lines}
}

test('a server that asks before the relay has started is followed once it has, from where it was left', async context => {
  const {store, hosts, followed} = await opened(context, 1)
  await store.addHost('pds.example.com', 0)
  const asked = hosts.requestCrawl('pds.example.com')
  for (let turns = 0; turns < 20; turns++) await turn()
  deepEqual(followed, [])
  await hosts.start([])
  deepEqual(await asked, 'followed')
  deepEqual(followed, ['host pds.example.com'])
})

test('a new server is counted once, however many ask for it at the same time', async context => {
  const {hosts, followed} = await opened(context, 2)
  await hosts.start([])
  const asked = Array.from({length: 10}, () => hosts.requestCrawl('pds.example.com'))
  deepEqual(new Set(await Promise.all(asked)), new Set(['followed']))
  deepEqual(await hosts.requestCrawl('pds.example.net'), 'followed')
  deepEqual(await hosts.requestCrawl('pds.example.org'), 'too-many')
  deepEqual(followed, ['host pds.example.com', 'host pds.example.net'])
})

test('it is kept of a server whether it asked, since those count for the day also after a restart', async context => {
  const {store, hosts} = await opened(context, 9)
  await hosts.start(['named.example.com'])
  await hosts.requestCrawl('asked.example.com')
  await hosts.requestCrawl('added.example.com', true)
  deepEqual(
    (await store.hosts()).map(({hostname, asked}) => [hostname, asked]),
    [
      ['named.example.com', false],
      ['asked.example.com', true],
      ['added.example.com', false],
    ],
  )
})

test('those of before are followed first, then those of the configuration, each once and none that is banned', async context => {
  const {store, hosts, followed, trusted} = await opened(context, 1, {
    bannedDomains: ['bad.example'],
    trustedDomains: ['good.example'],
  })
  const before = ['old.example.com', 'a.bad.example', 'pds.good.example', 'named.example.com']
  for (const name of before) await store.addHost(name, 0)
  await hosts.start(['new.example.com', 'named.example.com', 'b.bad.example'])
  const expected = ['old.example.com', 'pds.good.example', 'named.example.com', 'new.example.com']
  deepEqual(
    hosts.all().map(({hostname, isBanned}) => [hostname, isBanned]),
    ['old.example.com', 'a.bad.example', ...expected.slice(1)].map(name => [name, name === 'a.bad.example']),
  )
  deepEqual(
    followed,
    expected.map(name => `host ${name}`),
  )
  deepEqual(trusted, expected.slice(1), 'all but the one that asked once')
  equal(hosts.get('new.example.com')?.hostname, 'new.example.com')
  equal(hosts.get('b.bad.example'), undefined, 'it is not even known')
})

test('a host that is followed is woken by whoever asks, and counts as no new one', async context => {
  const {hosts, woken, slept} = await opened(context, 0, {settings: {requestCrawl: false, newHostsPerDayMax: 0}})
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
  const {hosts, clock} = await opened(context, 6, {localHosts: true})
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
  const {hosts, slept, lines} = await opened(context, 1)
  await hosts.start([])
  equal(await hosts.requestCrawl('pds.example.com'), 'followed')
  deepEqual([slept, lines], [[5_000], []])
  const silent = await opened(context, 1, {
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
    const {hosts} = await opened(context, 1, {
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
    const {hosts} = await opened(context, 1, {places})
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
    const {hosts} = await opened(context, 1, {
      world: {now: () => 0, sleep: () => new Promise(() => {}), fetch: async () => Response.json(described, {headers})},
    })
    await hosts.start([])
    equal(await hosts.requestCrawl('pds.example.com'), verdict, `${server}`)
  }
})

test('how many were taken on a day is known after a restart, and those of the operator do not count', async context => {
  const first = await opened(context, 5)
  await first.hosts.start(['named.example.org'])
  equal(await first.hosts.requestCrawl('pds.example.com'), 'followed')
  equal(await first.hosts.requestCrawl('other.example.com', true), 'followed')
  const {hosts, clock} = await opened(context, 5, {}, first.sql)
  await hosts.start([])
  equal(await hosts.requestCrawl('more.example.com'), 'too-many', 'a fifth of five is one')
  equal(await hosts.requestCrawl('more.example.com', true), 'followed')
  clock.ms += dayMs
  equal(await hosts.requestCrawl('most.example.com'), 'followed')
})

test('who runs the relay may have any server followed, but none of a domain that is banned', async context => {
  const settings = {requestCrawl: false, newHostsPerDayMax: 0}
  const {hosts, bans} = await opened(context, 0, {settings, bannedDomains: ['bad.example']})
  await hosts.start([])
  const rows = [
    ['pds.example.com', 'closed', 'followed'],
    ['localhost:2583', 'bad-hostname', 'followed'],
    ['pds.bad.example', 'domain-banned', 'domain-banned'],
  ]
  for (const [name, ofAnyone, ofOperator] of rows) {
    deepEqual([await hosts.requestCrawl(name), await hosts.requestCrawl(name, true)], [ofAnyone, ofOperator], name)
  }
  ok(bans.isConfigured('bad.example'))
})

test('a host that is banned is left at once and refused, also after a restart, until it is not any more', async context => {
  const {hosts, followed, left, sql} = await opened(context, 9)
  await hosts.start(['pds.example.com', 'other.example.com'])
  equal(await hosts.set('pds.example.com', {banned: true}), true)
  equal(await hosts.set('nobody.example.com', {banned: true}), false)
  await hosts.ban('unheard.example.com')
  deepEqual(left, ['pds.example.com'])
  for (const name of ['pds.example.com', 'unheard.example.com']) {
    equal(await hosts.requestCrawl(name), 'banned')
    deepEqual([hosts.get(name)?.isBanned, hosts.isFollowed({hostname: name})], [true, false])
  }
  const again = await opened(context, 9, {}, sql)
  await again.hosts.start(['pds.example.com'])
  deepEqual(again.followed, ['host other.example.com'])
  followed.length = 0
  await hosts.set('pds.example.com', {banned: false})
  deepEqual([followed, await hosts.requestCrawl('pds.example.com')], [['host pds.example.com'], 'followed'])
})

test('with a domain all hosts below it are left, and none comes in while it is asked', async context => {
  const gate = Promise.withResolvers<void>()
  const world = {
    now: () => 0,
    sleep: () => new Promise<void>(() => {}),
    fetch: async () => {
      await gate.promise
      return Response.json({did: 'did:web:pds.example.com', availableUserDomains: []})
    },
  }
  const {hosts, followed, left, sql} = await opened(context, 50, {world})
  await hosts.start(['a.bad.example', 'bad.example', 'notbad.example', 'b.bad.example'])
  await hosts.set('b.bad.example', {banned: true})
  const asked = hosts.requestCrawl('c.bad.example')
  for (let turns = 0; turns < 20; turns++) await turn()
  await hosts.banDomain('bad.example')
  gate.resolve()
  equal(await asked, 'domain-banned')
  deepEqual(left, ['b.bad.example', 'a.bad.example', 'bad.example'])
  const again = await opened(context, 9, {}, sql)
  await again.hosts.start([])
  deepEqual(again.followed, ['host notbad.example'])
  followed.length = 0
  await hosts.unbanDomain('bad.example')
  deepEqual(followed, ['host a.bad.example', 'host bad.example'], 'the third is banned by itself')
})

test('a connection is cut and made anew, where there is one', async context => {
  const {hosts, followed, left} = await opened(context, 0)
  await hosts.start(['pds.example.com', 'banned.example.com'])
  await hosts.ban('banned.example.com')
  followed.length = 0
  left.length = 0
  deepEqual(
    ['pds.example.com', 'banned.example.com', 'nobody.example.com'].map(name => hosts.reconnect(name)),
    [true, false, false],
  )
  deepEqual([left, followed], [['pds.example.com'], ['host pds.example.com']])
})
