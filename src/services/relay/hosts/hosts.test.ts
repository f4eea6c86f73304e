/** Which servers are followed, and from when on. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {silentLog} from '#std/log.ts'
import {Places} from '#std/waiting/places.ts'
import {realWorld} from '#std/world.ts'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {relayMigrations, sqliteRelayStore} from '../store/relay-store.sqlite.ts'
import {Hosts} from './hosts.ts'
import type {Upstream} from './upstream.ts'

test('a server that asks before the relay has started is followed once it has, from where it was left', async context => {
  const store = sqliteRelayStore(openSqlite(undefined, {migrations: relayMigrations}))
  context.after(() => store.close())
  await store.addHost('pds.example.com', 0)
  const followed: string[] = []
  const hosts = new Hosts({
    store,
    world: realWorld,
    log: silentLog,
    tasks: {spawn: name => void followed.push(name)},
    places: new Places({max: 1, waitingMax: 1}),
    upstream: ({hostname}) => ({hostname, wake: () => {}}) as unknown as Upstream,
    trustedDomains: [],
    bannedDomains: [],
    requestCrawl: true,
    localHosts: false,
    newHostsPerDayMax: 1,
    limits: new InProcessLimits(realWorld.now),
  })
  const asked = hosts.requestCrawl('pds.example.com')
  for (let turns = 0; turns < 20; turns++) await turn()
  deepEqual(followed, [])
  await hosts.start([])
  deepEqual(await asked, 'followed')
  deepEqual(followed, ['host pds.example.com'])
})
