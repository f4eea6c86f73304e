import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {didsOf, isDevelopment} from './config.ts'

test('its DID follows its public URL, and what is set in place of a DID is named', () => {
  const publicUrl = 'http://localhost:2586'
  deepEqual(didsOf({did: undefined, owner: undefined, publicUrl}), {did: 'did:web:localhost%3A2586', owner: undefined})
  const [did, owner] = ['did:web:feeds.example.com', 'did:plc:ewvi7nxzyoun6zhxrhs64oiz']
  deepEqual(didsOf({did, owner, publicUrl}), {did, owner})
  throws(() => didsOf({did: 'feeds', owner: 'alice.test', publicUrl}), {
    name: 'ConfigError',
    faults: ['FEEDS_DID is "feeds", which is not a DID.', 'FEEDS_OWNER is "alice.test", which is not a DID.'],
  })
})

for (const [publicUrl, expected] of [
  ['http://localhost:2586', true],
  ['http://127.0.0.1:2586', true],
  ['http://[::1]:2586', true],
  ['https://feeds.example.com', false],
  ['https://localhost.example.com', false],
] as const) {
  test(`${publicUrl} is ${expected ? '' : 'not '}for this machine alone`, () => {
    equal(isDevelopment({publicUrl}), expected)
  })
}
