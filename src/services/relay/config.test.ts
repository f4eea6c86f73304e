/** What a relay allows where nothing is set, as docs/operate/relay.md promises it, and what it refuses to be set to. */
import {deepEqual, equal, rejects, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {ConfigError, readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {hostnamesOf, relayConfig, siblingsOf} from './config.ts'
import {openRelay} from './relay.ts'

const read = (env: Record<string, string> = {}) => readConfig(relayConfig, {env, args: []})

test('a host may have the budget that is promised', () => {
  const config = read()
  deepEqual(
    [
      [config.hostEventsPerSecond, config.hostEventsPerHour, config.hostEventsPerDay],
      [config.hostAccountsPerHour, config.hostAccountsPerDay],
      [config.hostBytesPerSecond, config.hostLookupsPerSecond, config.trustedFactor, config.newHostsPerDayMax],
    ],
    [
      [50, 2_500, 20_000],
      [100, 1_000],
      [1_000_000, 10, 100, 50],
    ],
  )
  deepEqual([config.requestCrawl, config.localHosts, config.lenient], [true, false, false])
  deepEqual([config.ratchet, config.plcFeed, config.deflate, config.hostAccountsMax], [true, false, false, 100])
  deepEqual([config.adminPassword, config.siblingRelays, config.fanOutOf], [[], [], undefined])
  deepEqual([config.host, config.port, config.plcUrl], ['127.0.0.1', 2470, 'http://localhost:2582'])
  deepEqual([config.hosts, config.bannedDomains, config.trustedDomains], [[], [], []])
  deepEqual([config.database, config.log], ['sqlite:data/relay/relay.sqlite', 'file:data/relay/log'])
  deepEqual([config.replayWindow, config.logSizeMax], [72 * 3_600_000, 500e9])
  deepEqual([config.identitiesMax, config.reposMax, config.handleResolver], [200_000, 200_000, undefined])
})

test('a budget or a memory of nothing is refused, and one of one is not', () => {
  for (const name of [
    'HOST_EVENTS_PER_SECOND',
    'HOST_EVENTS_PER_HOUR',
    'HOST_EVENTS_PER_DAY',
    'HOST_ACCOUNTS_PER_HOUR',
    'HOST_ACCOUNTS_PER_DAY',
    'HOST_ACCOUNTS_MAX',
    'HOST_LOOKUPS_PER_SECOND',
    'TRUSTED_FACTOR',
    'IDENTITIES_MAX',
    'REPOS_MAX',
  ]) {
    throws(() => read({[`RELAY_${name}`]: '0'}), new RegExp(`RELAY_${name}`), name)
    read({[`RELAY_${name}`]: '1'})
  }
  equal(read({RELAY_NEW_HOSTS_PER_DAY_MAX: '0'}).newHostsPerDayMax, 0, 'nobody may be taken')
})

test('a sibling is named by its hostname or its URL', () => {
  deepEqual(
    siblingsOf(read({RELAY_SIBLING_RELAYS: 'Relay2.example.com, http://relay3.example.com:2470/, localhost:2471'})),
    ['https://relay2.example.com', 'http://relay3.example.com:2470', 'http://localhost:2471'],
  )
  throws(() => siblingsOf({siblingRelays: ['relay2.example.com', '10.0.0.1', 'ws://x']}), {
    name: 'ConfigError',
    message: /RELAY_SIBLING_RELAYS has "10\.0\.0\.1"[^]*has "ws:\/\/x"/,
  })
})

test('hosts that are none are refused by their setting, all at once, before anything opens', async () => {
  const config = read({RELAY_HOSTS: 'https://pds.example.com/, 10.0.0.1, ftp://x', RELAY_DATABASE: 'no such engine:'})
  await rejects(openRelay(config, realWorld, realWorld, silentLog, new Metrics()), (error: unknown) => {
    const form = 'Expected a hostname such as pds.example.com, or localhost:<port>.'
    const faults = ['10.0.0.1', 'ftp://x'].map(text => `RELAY_HOSTS has "${text}". ${form}`)
    return error instanceof ConfigError && error.faults.join() === faults.join()
  })
  throws(() => hostnamesOf({hosts: ['pds.example.com', 'x']}), {
    name: 'ConfigError',
    message: /^The configuration of relay cannot be used:\n {2}RELAY_HOSTS has "x"/,
  })
  deepEqual(hostnamesOf({hosts: ['https://PDS.example.com/', 'localhost:2583']}), ['pds.example.com', 'localhost:2583'])
})
