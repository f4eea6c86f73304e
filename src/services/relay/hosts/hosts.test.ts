/** Which servers are followed, and from when on. */
import {deepEqual} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {silentLog} from '#std/log.ts'
import {Places} from '#std/waiting/places.ts'
import {realWorld} from '#std/world.ts'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {relayMigrations, sqliteRelayStore} from '../store/relay-store.sqlite.ts'
import {Hosts} from './hosts.ts'
import type {Upstream} from './upstream.ts'

/** Hosts of a relay that takes so many new ones a day, and the tasks that it has begun. */
function opened(context: TestContext, newHostsPerDayMax: number) {
  const store = sqliteRelayStore(openSqlite(undefined, {migrations: relayMigrations}))
  context.after(() => store.close())
  const followed: string[] = []
  const hosts = new Hosts({
    store,
    world: {...realWorld, fetch: async () => Response.json({did: 'did:web:pds.example.com', availableUserDomains: []})},
    log: silentLog,
    tasks: {spawn: name => void followed.push(name)},
    places: new Places({max: 1, waitingMax: 1}),
    upstream: ({hostname}) => ({hostname, wake: () => {}}) as unknown as Upstream,
    trustedDomains: [],
    bannedDomains: [],
    requestCrawl: true,
    localHosts: false,
    newHostsPerDayMax,
    limits: new InProcessLimits(realWorld.now),
  })
  return {store, hosts, followed}
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
