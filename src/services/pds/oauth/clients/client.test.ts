/** What a client may say of itself, and what makes it none. */
import {deepEqual, equal, match, ok, throws} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {metadataOf, publicId} from '../../../../../test/oauth-app.ts'
import {OAuthError} from '../oauth-error.ts'
import {clientOf, clientUrlOf, isConfidential, loopbackClient} from './client.ts'

const key = {kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one'}
const withKeys = {
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  jwks: {keys: [key]},
}
const many = (count: number, of: (i: number) => string): string[] => Array.from({length: count}, (_, i) => of(i))

function says(make: () => unknown, name: string, words: RegExp): void {
  throws(make, (error: unknown) => {
    ok(error instanceof OAuthError)
    equal(error.error, name)
    match(error.message, words)
    return true
  })
}

/** Fields that are otherwise than those of a good client, and what is said of them. */
const faults: readonly [fields: object, words: RegExp, name?: string][] = [
  [{client_id: undefined}, /another client_id/],
  [{client_id: `${publicId}/`}, /another client_id/],
  [{dpop_bound_access_tokens: false}, /dpop_bound/],
  [{dpop_bound_access_tokens: undefined}, /dpop_bound/],
  [{application_type: 'desktop'}, /web or native/],
  [{grant_types: ['authorization_code', 'implicit']}, /implicit/],
  [{grant_types: ['client_credentials']}, /client_credentials/],
  [{grant_types: ['refresh_token']}, /authorization_code/],
  [{response_types: ['token']}, /code among/],
  [{redirect_uris: []}, /at least one/],
  [{redirect_uris: undefined}, /at least one/],
  [{redirect_uris: 'https://app.example.com/'}, /list/],
  [{redirect_uris: [7]}, /list/],
  [{redirect_uris: many(65, i => `https://app.example.com/${i}`)}, /list/],
  [{redirect_uris: ['http://app.example.com/']}, /not https/, 'invalid_redirect_uri'],
  [{scope: undefined}, /atproto/],
  [{scope: 'transition:generic'}, /atproto/],
  [{scope: 'atproto atproto'}, /twice/],
  [{scope: `atproto ${'a'.repeat(20_000)}`}, /scope/],
  [{client_name: 7}, /client_name/],
  [{client_uri: 'https://other.example.com/'}, /below/],
  [{client_uri: 'https://app.example.com/client.json/more'}, /below/],
  [{client_uri: 'http://app.example.com/'}, /https URL as client_uri/],
  [{logo_uri: 'javascript:alert(1)'}, /https URL as logo_uri/],
  [{tos_uri: 'data:text/html,a'}, /https URL as tos_uri/],
  [{policy_uri: 'nonsense'}, /https URL as policy_uri/],
  [{token_endpoint_auth_method: undefined}, /none or private_key_jwt/],
  [{token_endpoint_auth_method: 'client_secret_basic'}, /none or private_key_jwt/],
  [{token_endpoint_auth_signing_alg: 'ES256'}, /leave out/],
  [{...withKeys, application_type: 'native'}, /native/],
  [{...withKeys, token_endpoint_auth_signing_alg: undefined}, /signing_alg/],
  [{...withKeys, token_endpoint_auth_signing_alg: 'none'}, /signing_alg/],
  [{...withKeys, token_endpoint_auth_signing_alg: 'HS256'}, /signing_alg/],
  [{...withKeys, jwks: undefined}, /either jwks or jwks_uri/],
  [{...withKeys, jwks_uri: 'https://app.example.com/keys'}, /either jwks or jwks_uri/],
  [{...withKeys, jwks: {}}, /1 to 32 keys/],
  [{...withKeys, jwks: {keys: []}}, /1 to 32 keys/],
  [{...withKeys, jwks: {keys: Array.from({length: 33}, () => key)}}, /1 to 32 keys/],
  [{...withKeys, jwks: {keys: ['key']}}, /no key/],
  [{...withKeys, jwks: {keys: [{...key, x: 'x'.repeat(3_000)}]}}, /x is no text/],
  [{...withKeys, jwks: {keys: [{...key, kty: undefined}]}}, /no key/],
  [{...withKeys, jwks: {keys: [{...key, kid: 7}]}}, /kid is no text/],
  [{...withKeys, jwks: {keys: [{...key, d: 'd'}]}}, /private key/],
  [{...withKeys, jwks: {keys: [{kty: 'oct', k: 'secret'}]}}, /private key/],
]

suite('metadata of a client', () => {
  for (const [fields, words, name = 'invalid_client_metadata'] of faults) {
    test(`with ${JSON.stringify(fields)?.slice(0, 70)} is refused`, () => {
      says(() => clientOf(publicId, {...metadataOf(publicId), ...fields}), name, words)
    })
  }

  test('that is no object is refused', () => {
    for (const document of [null, [], 'text', 7]) {
      says(() => clientOf(publicId, document), 'invalid_client_metadata', /JSON object/)
    }
  })

  test('is taken as it is meant, and what is not known is passed over', () => {
    const client = clientOf(
      publicId,
      metadataOf(publicId, {client_uri: 'https://app.example.com', contacts: ['a@b.c'], logo_uri: null, extra: {}}),
    )
    deepEqual(
      {...client, scopes: [...client.scopes]},
      {
        id: publicId,
        name: 'An app',
        uri: 'https://app.example.com',
        logoUri: undefined,
        tosUri: undefined,
        policyUri: undefined,
        redirectUris: ['https://app.example.com/callback'],
        scopes: ['atproto', 'transition:generic'],
        refreshes: true,
        isLoopback: false,
        auth: undefined,
      },
    )
    equal(isConfidential(client), false)
    equal(
      clientOf(publicId, metadataOf(publicId, {grant_types: undefined, response_types: undefined})).refreshes,
      false,
    )
    const confidential = clientOf(publicId, metadataOf(publicId, withKeys))
    deepEqual(confidential.auth, {algorithm: 'ES256', keys: [key], keysUri: undefined})
    equal(isConfidential(confidential), true)
    const adorned = {...key, x5c: ['a'.repeat(10_000)], key_ops: ['verify', 'encrypt'], use: undefined}
    const closed = {...key, key_ops: ['encrypt']}
    const kept = clientOf(publicId, metadataOf(publicId, {...withKeys, jwks: {keys: [adorned, closed]}})).auth?.keys
    deepEqual(kept, [key, {...key, use: 'enc'}])
    equal(clientOf(publicId, metadataOf(publicId, {client_name: 'a'.repeat(300)})).name?.length, 200)
  })
})

suite('the id of a client', () => {
  for (const id of [
    publicId,
    'https://app.example.com/a/b?c=d',
    'https://app.example.com/client-metadata.json',
    'https://xn--bcher-kva.example.com/client.json',
  ]) {
    test(`may be ${id}`, () => void equal(clientUrlOf(id).href, id))
  }
  for (const [id, words] of [
    ['app', /no https URL/],
    ['http://app.example.com/client.json', /no https URL/],
    ['https://app.example.com', /path/],
    ['https://app.example.com/', /path/],
    ['https://app.example.com/a/', /path/],
    ['https://app.example.com:8443/client.json', /port/],
    ['https://user@app.example.com/client.json', /user/],
    ['https://app.example.com/client.json#a', /fragment/],
    ['https://93.184.215.14/client.json', /address/],
    ['https://[2606:4700::1111]/client.json', /address/],
    ['https://0x5db8d70e/client.json', /address/],
    ['https://App.example.com/client.json', /as browsers/],
    ['https://app.example.com/a/../client.json', /as browsers/],
    ['https://app.example.com:443/client.json', /as browsers/],
    ['https://localhost/client.json', /user’s machine/],
    ['https://intranet/client.json', /not on the internet/],
    ['https://app.local/client.json', /not on the internet/],
    [`https://app.example.com/${'a'.repeat(2_048)}`, /no https URL/],
  ] as const) {
    test(`may not be ${id.slice(0, 60)}`, () => says(() => clientUrlOf(id), 'invalid_client_metadata', words))
  }

  test('on the user’s machine says all there is to know of it', () => {
    const bare = loopbackClient('http://localhost')
    deepEqual(bare.redirectUris, ['http://127.0.0.1/', 'http://[::1]/'])
    deepEqual([...bare.scopes], ['atproto'])
    equal(bare.isLoopback, true)
    equal(isConfidential(bare), false)
    const query = new URLSearchParams([
      ['redirect_uri', 'http://127.0.0.1:8080/callback'],
      ['redirect_uri', 'http://[::1]/callback'],
      ['scope', 'atproto transition:generic'],
    ])
    const full = loopbackClient(`http://localhost/?${query}`)
    deepEqual(full.redirectUris, query.getAll('redirect_uri'))
    deepEqual([...full.scopes], ['atproto', 'transition:generic'])
    says(() => loopbackClient('http://localhost?scope=atproto&scope=atproto'), 'invalid_client_metadata', /twice/)
    says(() => loopbackClient('http://localhost?scope=atproto#a'), 'invalid_client_metadata', /fragment/)
    const crowd = new URLSearchParams(many(65, i => `http://127.0.0.1/${i}`).map(uri => ['redirect_uri', uri]))
    says(() => loopbackClient(`http://localhost?${crowd}`), 'invalid_client_metadata', /more than 64/)
  })
})
