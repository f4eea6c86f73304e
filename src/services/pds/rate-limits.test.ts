/** Who is counted for what, and what he is told. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {notePeer} from '#runtime/peer.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {RateLimits} from './rate-limits.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const limitsAt = (start = 0) => {
  const clock = {ms: start}
  return {clock, limits: new RateLimits(true, {now: () => clock.ms})}
}
const from = (address: string): Request => {
  const request = new Request('http://pds.example.com/xrpc/a.b.c')
  notePeer(request, address)
  return request
}
const refused = (call: () => void): XrpcError => {
  try {
    call()
  } catch (error) {
    if (error instanceof XrpcError) return error
  }
  throw new Error('It was let pass.')
}

test('an address has 3,000 calls in five minutes, and of some methods fewer', () => {
  const {clock, limits} = limitsAt()
  const call = (nsid: string, address = '203.0.113.9') => {
    const headers = new Headers()
    limits.admit(from(address), nsid, headers)
    return headers
  }
  for (let i = 0; i < 100; i++) call('com.atproto.server.createAccount')
  const {error, status, headers} = refused(() => call('com.atproto.server.createAccount'))
  assert.deepEqual([error, status, headers['ratelimit-policy']], ['RateLimitExceeded', 429, '100;w=300'])
  assert.equal(headers['retry-after'], '300')
  for (let i = 0; i < 2_899; i++) call('app.bsky.feed.getTimeline')
  assert.throws(() => call('app.bsky.feed.getTimeline'))
  call('com.atproto.sync.getRepo')
  assert.equal(call('app.bsky.feed.getTimeline', '203.0.113.10').get('ratelimit-remaining'), '2999')
  for (let i = 0; i < 5_000; i++) call('app.bsky.feed.getTimeline', '127.0.0.1')
  clock.ms = 300_000
  call('com.atproto.server.createAccount')
})

test('a login is counted by name and address, whatever its case', () => {
  const {limits} = limitsAt()
  for (let i = 0; i < 30; i++) limits.takeLogin(i % 2 ? 'Alice.test' : 'alice.test ', from('127.0.0.1'))
  assert.equal(refused(() => limits.takeLogin('alice.test', from('127.0.0.1'))).status, 429)
  limits.takeLogin('alice.test', from('203.0.113.9'))
  limits.takeLogin('bobby.test', from('127.0.0.1'))
})

test('an account writes 5,000 points an hour: three for a create, two for an update, one for a delete', () => {
  const {clock, limits} = limitsAt()
  const create = Array.from({length: 200}, () => ({action: 'create'}) as const)
  for (let i = 0; i < 8; i++) limits.takeWrites(did, create)
  limits.takeWrites(did, [{action: 'put'}, ...Array.from({length: 198}, () => ({action: 'delete'}) as const)])
  assert.equal(refused(() => limits.takeWrites(did, [{action: 'delete'}])).error, 'RateLimitExceeded')
  clock.ms = 3_600_000
  limits.takeWrites(did, create)
  for (let i = 0; i < 5; i++) limits.takeCall(did, 'com.atproto.server.requestEmailConfirmation')
  assert.equal(refused(() => limits.takeCall(did, 'com.atproto.server.requestEmailConfirmation')).status, 429)
})

test('what is off counts nothing', () => {
  const limits = new RateLimits(false, {now: () => 0})
  for (let i = 0; i < 40; i++) limits.takeLogin('alice.test', from('203.0.113.9'))
})
