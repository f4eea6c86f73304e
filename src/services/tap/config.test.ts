/** The settings of a Tap: those of the official one mean the same here. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {readConfig} from '#std/config.ts'
import {databaseOf, filtersOf, followsUnasked, tapConfig} from './config.ts'

const read = (env: Readonly<Record<string, string>>) => readConfig(tapConfig, {env})

suite('the configuration of a Tap', () => {
  test('has the names and the defaults of the official one', () => {
    const config = read({})
    assert.deepEqual(
      [
        config.port,
        config.relayUrl,
        config.plcUrl,
        config.outboxCapacity,
        config.retryTimeout,
        config.repoFetchTimeout,
      ],
      [2480, 'https://relay1.us-east.bsky.network', 'https://plc.directory', 100_000, 60_000, 300_000],
    )
    assert.deepEqual([config.resyncParallelism, config.cursorSaveInterval, config.disableAcks], [5, 1_000, false])
    assert.deepEqual(filtersOf(config), {collections: [], signals: [], fullNetwork: false})
  })

  for (const [env, of] of [
    [{TAP_LOG_LEVEL: 'debug', LOG_LEVEL: 'error'}, {logLevel: 'debug'}],
    [{LOG_LEVEL: 'error'}, {logLevel: 'error'}],
    [{ATP_PLC_HOST: 'http://plc'}, {plcUrl: 'http://plc'}],
    [{RELAY_IDENT_CACHE_SIZE: '200'}, {identCacheSize: 200}],
    [{TAP_METRICS_LISTEN: ':6009'}, {metricsListen: {host: '0.0.0.0', port: 6009}}],
    [{TAP_ENV: 'prod'}, {env: 'prod'}],
  ] as const) {
    test(`takes ${JSON.stringify(env)} as the official one does`, () => {
      assert.partialDeepStrictEqual(read(env), of)
    })
  }

  for (const [given, host, port] of [
    [':2480', '0.0.0.0', 2480],
    ['127.0.0.1:99', '127.0.0.1', 99],
    ['localhost:0', 'localhost', 0],
    ['[::1]:2480', '::1', 2480],
  ] as const) {
    test(`listens where TAP_BIND=${given} says`, () => {
      assert.deepEqual(read({TAP_BIND: given}).bind, {host, port})
    })
  }

  for (const given of ['2480', 'localhost', ':65536', ':', '::1:2480', 'a b:1', 'http://localhost:1']) {
    test(`refuses TAP_BIND=${given}`, () => {
      assert.throws(() => read({TAP_BIND: given}), {name: 'ConfigError'})
    })
  }

  for (const [given, expected] of [
    ['sqlite://./tap.db', 'sqlite:./tap.db'],
    ['sqlite://tap.db', 'sqlite:tap.db'],
    ['sqlite:///var/lib/tap.db', 'sqlite:///var/lib/tap.db'],
    ['sqlite:data/tap/tap.sqlite', 'sqlite:data/tap/tap.sqlite'],
    ['memory:', 'memory:'],
  ]) {
    test(`finds the database ${given}`, () => assert.equal(databaseOf({databaseUrl: given}), expected))
  }

  for (const [env, fault] of [
    [{TAP_COLLECTION_FILTERS: 'app.bsky.*,nothing'}, /"nothing" is neither/],
    [{TAP_SIGNAL_COLLECTION: 'app.bsky.*'}, /"app\.bsky\.\*" is not an NSID/],
    [{TAP_NO_REPLAY: 'true', TAP_FULL_NETWORK: 'true'}, /TAP_NO_REPLAY cannot be used with/],
  ] as const) {
    test(`refuses ${JSON.stringify(env)}`, () => {
      assert.throws(() => filtersOf(read(env)), fault)
    })
  }

  test('knows whether there is anything to do before anybody asks', () => {
    const unasked = [{}, {TAP_FULL_NETWORK: '1'}, {TAP_SIGNAL_COLLECTION: 'a.b.c'}, {TAP_WEBHOOK_URL: 'http://hook'}]
    assert.deepEqual(
      unasked.map(env => followsUnasked(read(env as Record<string, string>))),
      [false, true, true, true],
    )
  })
})
