import {deepEqual, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {readConfig} from '#std/config.ts'
import {appviewConfig, didsOf} from './config.ts'

test('a relay that is no URL is refused by its setting', () => {
  throws(() => readConfig(appviewConfig, {env: {APPVIEW_RELAYS: 'https://a.example.com, relay.example.com'}}), {
    name: 'ConfigError',
    message: /APPVIEW_RELAYS is "https:\/\/a\.example\.com, relay\.example\.com"\. Expected a comma-separated list of/,
  })
  const {relays} = readConfig(appviewConfig, {env: {APPVIEW_RELAYS: 'https://a.example.com/, https://b.example.com'}})
  deepEqual(relays, ['https://a.example.com', 'https://b.example.com'])
})

test('its DID follows its public URL, and what is set in place of a DID is named', () => {
  const publicUrl = 'http://localhost:2584'
  deepEqual(didsOf({did: undefined, audiences: [], publicUrl}), ['did:web:localhost%3A2584'])
  const [did, other] = ['did:web:api.example.com', 'did:web:api.bsky.app']
  deepEqual(didsOf({did, audiences: [other], publicUrl}), [did, other])
  throws(() => didsOf({did: 'api.example.com', audiences: [other, 'bsky'], publicUrl}), {
    name: 'ConfigError',
    faults: [
      'APPVIEW_DID is "api.example.com", which is not a DID.',
      'APPVIEW_AUDIENCES has "bsky", which is not a DID.',
    ],
  })
})
