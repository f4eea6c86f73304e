import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {resolve} from 'node:path'
import {test} from 'node:test'
import {ConfigError, readConfig} from '#std/config.ts'
import {service as jetstream} from '#services/jetstream/service.ts'
import {InUse} from '#engines/exclusive.ts'
import {metricsAddressOf} from './address.ts'
import {upConfig} from './all.ts'
import {rows} from './rows.ts'
import {isDevelopment, putIn, refusal, serverHelp, settingsOf, tryPorts} from './serve.ts'

test('of several ports that are taken each is named at once, with the variable that moves it', async context => {
  const taken = [createServer(), createServer()]
  context.after(() => taken.forEach(server => server.close()))
  for (const server of taken) await once(server.listen(0, '127.0.0.1'), 'listening')
  const [plc, web] = taken.map(server => ({host: '127.0.0.1', port: (server.address() as AddressInfo).port}))
  const places = [
    {name: 'plc', ...plc},
    {name: 'pds', host: '127.0.0.1', port: 0},
    {name: 'web', ...web},
  ]
  await assert.rejects(tryPorts(places), (error: Error) => {
    assert.ok(error instanceof ConfigError)
    assert.deepEqual(error.faults, [
      `Port ${plc.port} of 127.0.0.1 is in use by another program. PLC_PORT chooses another one.`,
      `Port ${web.port} of 127.0.0.1 is in use by another program. WEB_PORT chooses another one.`,
    ])
    return true
  })
  await tryPorts(places.slice(1, 2))
})

test('help of a server says how it is run, an example, and how it ends; and the form of each place for data', () => {
  for (const schema of [upConfig, ...rows.map(({config}) => config)]) {
    const help = serverHelp(schema)
    assert.match(help, new RegExp(`^Usage: wholesky ${schema.name} `))
    assert.match(
      help,
      new RegExp(`\\nExamples:\\n  wholesky ${schema.name}\\n  WHOLESKY_DATA=\\S+ wholesky ${schema.name}\\n`),
    )
    assert.match(help, /\nExit codes:\n  0 /)
    for (const [, setting, said] of help.matchAll(/([A-Z_]+) {3}\(default (?:sqlite|file):.*\n(.*)\n/g)) {
      assert.match(said, /`(sqlite:<file>|file:<folder>)`/, setting)
    }
  }
})

test('a folder for all data is where a service has its own, but for what a setting puts elsewhere', () => {
  const {config} = jetstream
  const logIn = (env: Record<string, string>): string =>
    readConfig(config, {env: {...env, ...putIn('/elsewhere', config, env)}}).log
  assert.equal(logIn({}), 'file:/elsewhere/jetstream/log')
  assert.equal(logIn({JETSTREAM_LOG: ''}), 'file:/elsewhere/jetstream/log')
  assert.equal(logIn({JETSTREAM_LOG: 'file:own'}), 'file:own')
})

test('data that another process holds is refused with the setting that names another folder', () => {
  const {config} = jetstream
  const error = new InUse(resolve('data/jetstream/log'))
  const start = `${error.path} is in use by another process. Stop that one, or choose another folder. `
  assert.equal(refusal(error), `${start}WHOLESKY_DATA names another one.`)
  assert.equal(
    refusal(error, settingsOf(config, readConfig(config, {env: {}}))),
    `${start}JETSTREAM_LOG, or WHOLESKY_DATA where that is not set, names another one.`,
  )
})

test('a server behind a proxy is no laptop: strangers may name no address of this machine to it', () => {
  const local = {host: '127.0.0.1', publicUrl: 'http://localhost:2583', plcUrl: 'http://localhost:2582'}
  assert.equal(isDevelopment(local), true)
  assert.equal(isDevelopment({host: '127.0.0.1', port: 2582}), false)
  assert.equal(isDevelopment({...local, host: '0.0.0.0'}), false)
  assert.equal(isDevelopment({...local, publicUrl: 'https://pds.example.com'}), false)
  assert.equal(isDevelopment({...local, plcUrl: 'https://plc.directory'}), false)
})

test('a relay with a PLC directory of its own is no laptop, unless it follows servers of this machine', () => {
  const relay = {host: '127.0.0.1', plcUrl: 'http://localhost:2582', hosts: ['pds.example.com'], localHosts: false}
  assert.equal(isDevelopment(relay), false)
  assert.equal(isDevelopment({...relay, hosts: []}), false)
  assert.equal(isDevelopment({...relay, hosts: ['localhost:2583']}), true)
  assert.equal(isDevelopment({...relay, localHosts: true}), true)
  assert.equal(isDevelopment({...relay, localHosts: true, plcUrl: 'https://plc.directory'}), false)
  assert.equal(isDevelopment({...relay, hosts: ['localhost.example.com']}), false)
})

test('numbers are at their host and port, or where one setting has both, or nowhere', () => {
  const [host, both] = ['127.0.0.1', {host: '::1', port: 6009}]
  assert.deepEqual(metricsAddressOf({metricsHost: host, metricsPort: 1}), {host, port: 1})
  assert.deepEqual(metricsAddressOf({metricsHost: host, metricsPort: 1, metricsListen: both}), both)
  assert.equal(metricsAddressOf({metricsHost: host}), undefined)
})
