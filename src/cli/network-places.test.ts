/** Which network a command talks to, and how a single place of it is moved. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {accountName, networkOf} from './network.ts'
import {UsageError} from './shell/exit.ts'

test('the option counts, then the environment, then the network of this machine', () => {
  for (const [given, env, name] of [
    [undefined, {}, 'local'],
    [undefined, {WHOLESKY_NETWORK: ''}, 'local'],
    [undefined, {WHOLESKY_NETWORK: 'public'}, 'public'],
    ['local', {WHOLESKY_NETWORK: 'public'}, 'local'],
    ['public', {WHOLESKY_NETWORK: 'nonsense'}, 'public'],
  ] as const) {
    assert.equal(networkOf(given, env).name, name)
  }
})

test('each place can be moved, and no other moves with it', () => {
  const before = networkOf(undefined, {})
  for (const place of ['plc', 'pds', 'relay', 'jetstream', 'appview'] as const) {
    const env = {[`WHOLESKY_${place.toUpperCase()}_URL`]: 'https://elsewhere.example.com//'}
    assert.deepEqual(networkOf(undefined, env), {...before, [place]: 'https://elsewhere.example.com'})
  }
  assert.deepEqual(networkOf(undefined, {WHOLESKY_PLC_URL: ''}), before)
  const {jetstream} = networkOf(undefined, {WHOLESKY_JETSTREAM_URL: 'wss://jetstream.example.com'})
  assert.equal(jetstream, 'https://jetstream.example.com', 'a stream may be named as it is followed')
})

test('a variable that holds what it may not is named, with what it holds', () => {
  for (const [env, message] of [
    [{WHOLESKY_NETWORK: 'mars'}, "WHOLESKY_NETWORK is 'mars': expected one of local, public"],
    [{WHOLESKY_PLC_URL: 'plc'}, "WHOLESKY_PLC_URL is 'plc': expected a URL such as https://pds.example.com"],
    [{WHOLESKY_PDS_URL: 'ftp://x'}, "WHOLESKY_PDS_URL is 'ftp://x': expected a URL such as https://pds.example.com"],
    [
      {WHOLESKY_RELAY_URL: 'localhost:2470'},
      "WHOLESKY_RELAY_URL is 'localhost:2470': expected a URL such as https://pds.example.com",
    ],
  ] as const) {
    assert.throws(() => networkOf(undefined, env), new UsageError(message))
  }
})

test('an account may be named as people write it', () => {
  for (const [text, name] of [
    ['alice.test', 'alice.test'],
    ['@alice.test', 'alice.test'],
    ['at://alice.test', 'alice.test'],
    ['did:web:example.com', 'did:web:example.com'],
  ]) {
    assert.equal(accountName(text), name)
  }
  for (const text of ['', '@', 'alice', 'did:plc', 'a..b', 'https://alice.test', 'alice.test\n']) {
    assert.throws(() => accountName(text), UsageError, text)
  }
})
