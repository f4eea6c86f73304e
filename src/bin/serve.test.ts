import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isDevelopment} from './serve.ts'

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
