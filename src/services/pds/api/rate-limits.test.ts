/** Who is counted for what, and what he is told. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {RateLimits} from './rate-limits.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const limitsAt = (start = 0) => {
  const clock = {ms: start}
  return {clock, limits: new RateLimits(true, {now: () => clock.ms}, new InProcessLimits(() => clock.ms))}
}
const from = (address: string): Request => {
  const request = new Request('http://pds.example.com/xrpc/a.b.c')
  notePeer(request, address)
  return request
}
const refused = async (call: () => Promise<unknown>): Promise<XrpcError> => {
  try {
    await call()
  } catch (error) {
    if (error instanceof XrpcError) return error
  }
  throw new Error('It was let pass.')
}

test('a stranger has 3,000 calls in five minutes, and of some methods fewer', async () => {
  const {clock, limits} = limitsAt()
  const call = async (nsid: string, address = '203.0.113.9') => {
    const headers = new Headers()
    await limits.admit(from(address), nsid, headers)
    return headers
  }
  for (let i = 0; i < 100; i++) await call('com.atproto.server.createAccount')
  const {error, status, headers} = await refused(() => call('com.atproto.server.createAccount'))
  assert.deepEqual([error, status, headers['ratelimit-policy']], ['RateLimitExceeded', 429, '100;w=300'])
  assert.equal(headers['retry-after'], '300')
  for (let i = 0; i < 2_899; i++) await call('app.bsky.feed.getTimeline')
  await assert.rejects(() => call('app.bsky.feed.getTimeline'))
  await call('com.atproto.sync.getRepo')
  assert.equal((await call('app.bsky.feed.getTimeline', '203.0.113.10')).get('ratelimit-remaining'), '2999')
  for (let i = 0; i < 5_000; i++) await call('app.bsky.feed.getTimeline', '127.0.0.1')
  clock.ms = 300_000
  await call('com.atproto.server.createAccount')
})

test('guesses of one who guesses are counted for the account, by whichever of its names', async () => {
  const {clock, limits} = limitsAt()
  const names = ['Alice.test', 'alice.test ', '@alice.test', 'alice@example.com', 'ALICE@example.com', did]
  for (let i = 0; i < 30; i++) await limits.takeLogin(names[i % names.length], did, from('127.0.0.1'))
  for (const name of names)
    assert.equal((await refused(() => limits.takeLogin(name, did, from('127.0.0.1')))).status, 429)
  await limits.takeLogin('alice.test', did, from('203.0.113.9'))
  await limits.takeLogin('bobby.test', undefined, from('127.0.0.1'))
  clock.ms = 300_000
  await limits.takeLogin('alice.test', did, from('127.0.0.1'))
})

test('many who guess at one account are stopped together, and who was let in before is not', async () => {
  const {limits} = limitsAt()
  const owner = from('2001:db8:1:1::1')
  await (await limits.takeLogin('alice.test', did, owner)).right()
  for (let i = 0; i < 100; i++) await limits.takeLogin('alice.test', did, from(`203.0.113.${i}`))
  assert.equal((await refused(() => limits.takeLogin('alice.test', did, from('198.51.100.1')))).status, 429)
  await (await limits.takeLogin(did, did, from('2001:db8:1:1::2'))).right()
  await limits.takeLogin('bobby.test', 'did:plc:z72i7hdynmk6r22z27h6tvur' as Did, from('198.51.100.1'))
})

test('one who guesses at many accounts is stopped, a login that succeeds costs nothing of that', async () => {
  const {limits} = limitsAt()
  for (let i = 0; i < 500; i++) await (await limits.takeLogin(`a${i}.test`, undefined, from('2001:db8::1'))).right()
  for (let i = 0; i < 100; i++) await limits.takeLogin(`b${i}.test`, undefined, from(`2001:db8::${i.toString(16)}`))
  assert.equal((await refused(() => limits.takeLogin('c.test', undefined, from('2001:db8::ffff')))).status, 429)
  await limits.takeLogin('c.test', undefined, from('2001:db8:0:1::1'))
})

test('whoever guesses the password of the server has few tries, in all of his /64', async () => {
  const {limits} = limitsAt()
  for (let i = 0; i < 50; i++) await (await limits.takeAdmin(from('2001:db8::1'))).right()
  for (let i = 0; i < 30; i++) await limits.takeAdmin(from(`2001:db8::${i}`))
  assert.equal((await refused(() => limits.takeAdmin(from('2001:db8::abcd')))).status, 429)
})

test('an account is sent few mails at the word of strangers', async () => {
  const {clock, limits} = limitsAt()
  assert.deepEqual(await Promise.all(Array.from({length: 6}, () => limits.mayMail(did))), [
    true,
    true,
    true,
    true,
    true,
    false,
  ])
  clock.ms = 3_600_000
  assert.ok(await limits.mayMail(did))
})

test('an account is told of few changes of one topic by mail, and of the last that more may follow', async () => {
  const {clock, limits} = limitsAt()
  const told = (count: number, topic = 'factors') =>
    Promise.all(Array.from({length: count}, () => limits.mayNotify(did, topic)))
  assert.deepEqual(await told(12), [...Array(9).fill('yes'), 'last', 'no', 'no'])
  assert.deepEqual(await told(1, 'password'), ['yes'], 'however many there are of another')
  clock.ms = 3_600_000
  assert.deepEqual(await told(10), [...Array(9).fill('yes'), 'last'])
  clock.ms = 2 * 3_600_000
  assert.deepEqual(
    (await told(10)).slice(-3),
    ['last', 'no', 'no'],
    'and thirty a day, with what was counted and not sent',
  )
})

test('calls of IPv6 are counted by /64, and by /48 at sixteen times as much', async () => {
  const {limits} = limitsAt()
  const call = (address: string) => limits.admit(from(address), 'com.atproto.server.createAccount', new Headers())
  for (let i = 0; i < 100; i++) await call(`2001:db8:1:0:${i}::1`)
  await assert.rejects(() => call('2001:db8:1::ffff'), {error: 'RateLimitExceeded'})
  for (let i = 0; i < 1_500; i++) await call(`2001:db8:1:${(i + 1).toString(16)}::1`)
  await assert.rejects(() => call('2001:db8:1:ffff::1'), {error: 'RateLimitExceeded'})
  await call('2001:db8:2::1')
})

test('an account writes 5,000 points an hour: three for a create, two for an update, one for a delete', async () => {
  const {clock, limits} = limitsAt()
  const create = Array.from({length: 200}, () => ({action: 'create'}) as const)
  for (let i = 0; i < 8; i++) await limits.takeWrites(did, create)
  await limits.takeWrites(did, [{action: 'put'}, ...Array.from({length: 198}, () => ({action: 'delete'}) as const)])
  assert.equal((await refused(() => limits.takeWrites(did, [{action: 'delete'}]))).error, 'RateLimitExceeded')
  clock.ms = 3_600_000
  await limits.takeWrites(did, create)
  for (let i = 0; i < 5; i++) await limits.takeCall(did, 'com.atproto.server.requestEmailConfirmation')
  assert.equal((await refused(() => limits.takeCall(did, 'com.atproto.server.requestEmailConfirmation'))).status, 429)
})

test('an account that moves here may bring more blobs than the thousand a day of others', async () => {
  const {limits} = limitsAt()
  const upload = 'com.atproto.repo.uploadBlob'
  for (let i = 0; i < 1_001; i++) await limits.takeCall(did, upload, true)
  for (let i = 0; i < 1_000; i++) await limits.takeCall(did, upload)
  assert.equal((await refused(() => limits.takeCall(did, upload))).status, 429)
  await limits.takeCall(did, upload, true)
})

test('what is off counts nothing', async () => {
  const limits = new RateLimits(false, {now: () => 0}, new InProcessLimits(() => 0))
  for (let i = 0; i < 40; i++) await limits.takeLogin('alice.test', did, from('203.0.113.9'))
  for (let i = 0; i < 40; i++) await limits.takeAdmin(from('203.0.113.9'))
  for (let i = 0; i < 40; i++) assert.ok(await limits.mayMail(did))
})
