import {deepEqual, equal, throws} from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {toHex} from '#std/bytes.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {formatMultikey, parseMultikey} from '../crypto/key.ts'
import type {Did} from '../syntax/did.ts'
import {handleOf, parseDidDocument, pdsEndpoint, service, signingKey} from './did-document.ts'

const did = 'did:web:alice.example.com' as Did
const multikey = 'zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF'
const legacy = 'zQYEBzXeuTM9UR3rfvNag6L3RNAs5pQZyYPsomTsgQhsxLdEgCrPTLgFna8yqCnxPpNT7DBk6Ym3dgPKNu86vt9GR'
const pds = {id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}
const method = {id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: multikey}

/** The key that a document of these methods names, as text. */
function keyWith(...verificationMethod: object[]): string | undefined {
  const key = signingKey(parseDidDocument({id: did, verificationMethod}))
  return key && formatMultikey(key)
}

function legacyKeyOf(type: string, publicKeyMultibase: string): string | undefined {
  const verificationMethod = [{...method, id: '#atproto', type, publicKeyMultibase}]
  const key = signingKey(parseDidDocument({id: did, verificationMethod}))
  return key && `${key.curve} ${toHex(key.bytes)}`
}

const pdsOf = (...endpoints: unknown[]): string | undefined =>
  pdsEndpoint(parseDidDocument({id: did, service: endpoints.map(serviceEndpoint => ({...pds, serviceEndpoint}))}))

test('every document of the vectors says who signs, what the handle is and where the data are', needVectors, () => {
  const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, unknown>
  equal(Object.keys(documents).length, 90)
  for (const [did, json] of Object.entries(documents)) {
    const document = parseDidDocument(json, did as Did)
    deepEqual(document, json, 'nothing of a plain document is lost')
    equal(signingKey(document) !== undefined && pdsEndpoint(document) !== undefined, true, did)
    equal(`at://${handleOf(document)}`, document.alsoKnownAs?.[0])
  }
})

test('what is no document is refused', () => {
  const refused = (json: unknown, reason: string): void =>
    throws(() => parseDidDocument(json, did), {name: 'Malformed', format: 'did-document', reason})
  refused(null, 'not-an-object')
  refused([], 'not-an-object')
  refused({}, 'no-did')
  refused({id: 'alice'}, 'no-did')
  refused({id: 'did:web:mallory.example.com'}, 'other-did')
  refused({id: did, service: {}}, 'not-a-list')
  refused({id: did, alsoKnownAs: Array(101).fill('x')}, 'too-many-entries')
  equal(parseDidDocument({id: did, alsoKnownAs: Array(100).fill('x')}).alsoKnownAs?.length, 100)
  const long = 'x'.repeat(2_000)
  for (const json of [
    {alsoKnownAs: Array(9).fill(long)},
    {'@context': Array(9).fill(long)},
    {service: Array.from({length: 5}, () => ({id: '#a', type: long, serviceEndpoint: long}))},
    {verificationMethod: Array.from({length: 3}, () => ({...method, id: long, type: long, controller: long}))},
  ])
    refused({id: did, ...json}, 'too-long')
  equal(parseDidDocument({id: did, alsoKnownAs: Array(8).fill(long)}).alsoKnownAs?.length, 8)
})

test('entries of shapes that atproto does not use are left out', () => {
  const document = parseDidDocument({
    id: did,
    alsoKnownAs: [1, 'at://alice.example.com'],
    verificationMethod: [{id: '#x', type: 'JsonWebKey2020', publicKeyJwk: {}}, null, method],
    service: [{id: '#x', type: 'LinkedDomains', serviceEndpoint: ['https://a.example.com']}, pds],
    authentication: ['#x'],
  })
  deepEqual(document, {id: did, alsoKnownAs: ['at://alice.example.com'], verificationMethod: [method], service: [pds]})
  deepEqual(parseDidDocument({id: did}), {id: did})
})

test('ids may be relative or absolute, of this DID only', () => {
  for (const id of ['#atproto', `${did}#atproto`]) {
    const document = parseDidDocument({id: did, verificationMethod: [{...method, id}]})
    deepEqual(signingKey(document), parseMultikey(multikey))
  }
  for (const id of ['atproto', 'did:web:mallory.example.com#atproto', `${did}#atproto_label`, `${did}/#atproto`]) {
    equal(signingKey(parseDidDocument({id: did, verificationMethod: [{...method, id}]})), undefined, id)
  }
})

test('the first valid key of the name counts, and only under this controller', () => {
  const other = {...method, publicKeyMultibase: 'zDnaeh9v2RmcMo13Du2d6pjUf5bZwtauYxj3n9dYjw4EZUAR7'}
  const broken = {...method, publicKeyMultibase: 'zBroken'}
  const foreign = {...other, controller: 'did:web:mallory.example.com'}
  equal(keyWith(broken, foreign, method, other), multikey)
  equal(keyWith(broken, foreign), undefined)
  equal(keyWith({...method, type: 'Ed25519VerificationKey2020'}), undefined)
})

test('a labeler signs with a key of its own', () => {
  const label = {...method, id: '#atproto_label'}
  equal(signingKey(parseDidDocument({id: did, verificationMethod: [method]}), 'atproto_label'), undefined)
  equal(signingKey(parseDidDocument({id: did, verificationMethod: [label]}), 'atproto_label')?.curve, 'k256')
})

test('the two key types from before Multikey are read, their points uncompressed', () => {
  equal(legacyKeyOf('EcdsaSecp256k1VerificationKey2019', legacy), `k256 ${toHex(parseMultikey(multikey).bytes)}`)
  equal(legacyKeyOf('EcdsaSecp256r1VerificationKey2019', legacy), undefined, 'not a point of that curve')
  equal(legacyKeyOf('EcdsaSecp256k1VerificationKey2019', legacy.slice(1)), undefined)
  equal(legacyKeyOf('EcdsaSecp256k1VerificationKey2019', multikey), undefined, 'a multikey is not a bare point')
  equal(legacyKeyOf('EcdsaSecp256k1VerificationKey2019', legacy.replace('z', 'm')), undefined, 'another multibase')
})

test('a PDS is an origin, http for development included', () => {
  equal(pdsOf('https://pds.example.com'), 'https://pds.example.com')
  equal(pdsOf('https://PDS.example.com:443/'), 'https://pds.example.com')
  equal(pdsOf('http://localhost:2583'), 'http://localhost:2583')
  for (const endpoint of [
    'https://pds.example.com/path',
    'https://pds.example.com?x',
    'https://pds.example.com#x',
    'https://user:secret@pds.example.com',
    'https://user@pds.example.com',
    'https://:secret@pds.example.com',
    'wss://pds.example.com',
    'pds.example.com',
    '',
  ]) {
    equal(pdsOf(endpoint), undefined, endpoint)
  }
  equal(pdsOf('no url', 'https://pds.example.com'), undefined, 'the first entry counts, however bad')
})

test('another service is found by its id, and its type when that matters', () => {
  const entry = {id: `${did}#bsky_fg`, type: 'BskyFeedGenerator', serviceEndpoint: 'https://feeds.example.com/x/'}
  const document = parseDidDocument({id: did, service: [pds, entry]})
  equal(service(document, 'bsky_fg'), 'https://feeds.example.com/x')
  equal(service(document, 'bsky_fg', 'BskyFeedGenerator'), 'https://feeds.example.com/x')
  equal(service(document, 'bsky_fg', 'AtprotoLabeler'), undefined)
  equal(service(document, 'atproto_labeler'), undefined)
})

test('the handle is the first alias that is one', () => {
  const handle = (...alsoKnownAs: string[]): string | undefined => handleOf(parseDidDocument({id: did, alsoKnownAs}))
  equal(
    handle(
      'https://a.example.com',
      'xxxxxc.example.com',
      'at:/xd.example.com',
      'at://nodots',
      'at://a.example.com/x',
      'at://Alice.Example.com',
      'at://b.test',
    ),
    'alice.example.com',
  )
  equal(handle(), undefined)
  equal(handleOf({id: did}), undefined)
})
