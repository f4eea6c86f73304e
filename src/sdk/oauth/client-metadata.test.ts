/** What apps say of themselves, and what no server would accept of them. */
import {deepEqual, equal, ok, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {exportJWK, generateKeyPair} from 'jose'
import {clientOf, loopbackClient} from '#services/pds/oauth/clients/client.ts'
import {clientMetadata, loopbackMetadata, publicKeys, type ClientDescription} from './client-metadata.ts'

const id = 'https://app.example.com/client-metadata.json'
const redirectUris = ['https://app.example.com/callback']
const key = {...(await exportJWK((await generateKeyPair('ES256', {extractable: true})).privateKey)), kid: 'one'}

const descriptions: Record<string, ClientDescription> = {
  'a page': {id, redirectUris},
  'a page with much to say': {
    id,
    redirectUris,
    scope: 'atproto transition:generic',
    name: 'The app',
    uri: 'https://app.example.com',
    logoUri: 'https://app.example.com/logo.png',
    termsUri: 'https://app.example.com/terms',
    policyUri: 'https://app.example.com/policy',
  },
  'an app that is installed': {id, redirectUris: ['com.example.app:/callback'], isNative: true},
  'a server with a key': {id, redirectUris, keys: [key]},
  'a server with a key elsewhere': {id, redirectUris, keys: [key], keysUri: 'https://app.example.com/jwks.json'},
}
for (const [what, description] of Object.entries(descriptions)) {
  test(`a server takes the document of ${what}`, () => {
    const client = clientOf(id, JSON.parse(JSON.stringify(clientMetadata(description))))
    deepEqual(client.redirectUris, description.redirectUris)
    equal(client.auth !== undefined, description.keys !== undefined)
    ok(client.refreshes)
  })
}

test('a server takes the id of a client on the user’s machine', () => {
  const {client_id} = loopbackMetadata({
    redirectUris: ['http://127.0.0.1:8080/cb', 'http://[::1]/'],
    scope: 'atproto a',
  })
  const client = loopbackClient(client_id)
  deepEqual([...client.scopes], ['atproto', 'a'])
  deepEqual(client.redirectUris, ['http://127.0.0.1:8080/cb', 'http://[::1]/'])
})

test('of a key only what is public is shown', () => {
  deepEqual(Object.keys(publicKeys([key]).keys[0]).includes('d'), false)
  ok(!JSON.stringify(clientMetadata({id, redirectUris, keys: [key]})).includes(key.d as string))
  throws(() => publicKeys([{...key, kid: undefined}]), /needs a kid/)
})

for (const [what, make] of Object.entries({
  'an id by http': () => clientMetadata({id: 'http://app.example.com/c.json', redirectUris}),
  'an id with a port': () => clientMetadata({id: 'https://app.example.com:444/c.json', redirectUris}),
  'an id without a name': () => clientMetadata({id: 'https://app.example.com/', redirectUris}),
  'an id with a fragment': () => clientMetadata({id: `${id}#a`, redirectUris}),
  'nowhere to be sent back to': () => clientMetadata({id, redirectUris: []}),
  'a scope without atproto': () => clientMetadata({id, redirectUris, scope: 'transition:generic'}),
  'a secret in an app that is installed': () => clientMetadata({id, redirectUris, isNative: true, keys: [key]}),
  'keys elsewhere, and none here': () => clientMetadata({id, redirectUris, keysUri: id}),
  'localhost to be sent back to': () => loopbackMetadata({redirectUris: ['http://localhost/']}),
  'another host to be sent back to': () => loopbackMetadata({redirectUris: ['http://127.0.0.1.example.com/']}),
})) {
  test(`is refused where its author sees it: ${what}`, () => throws(make, TypeError))
}
