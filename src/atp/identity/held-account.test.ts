/** Accounts that are held in little memory say what their documents say. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {formatMultikey, Keypair} from '../crypto/key.ts'
import type {DidDocument} from './did-document.ts'
import type {Did} from '../syntax/did.ts'
import {realWorld} from '#std/world.ts'
import {accountOf, HeldAccounts} from './held-account.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const keys = [
  Keypair.generate('k256', realWorld.random).publicKey,
  Keypair.generate('p256', realWorld.random).publicKey,
]
const documentOf = (n: number, id = did): DidDocument => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id,
  alsoKnownAs: [`at://account-${n}.example.com`],
  verificationMethod: [
    {id: `${id}#atproto`, type: 'Multikey', controller: id, publicKeyMultibase: formatMultikey(keys[n % 2])},
  ],
  service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}],
})

test('what is held of an account says the same', () => {
  const [{id, verificationMethod: [method] = []}] = [documentOf(0)]
  const documents: DidDocument[] = [
    documentOf(0),
    documentOf(1),
    {id},
    {...documentOf(0), alsoKnownAs: []},
    {...documentOf(0), alsoKnownAs: [`at://${did}`, 'at://b.example.com', `at://${did}`]},
    ...['', '"', '\u0000', '\u0001\u0002', '$&$1', 'at://"\\\u0000\n', '@', '{', did, 'é€😀'].map(alias => ({
      ...documentOf(1),
      alsoKnownAs: [alias, 'at://c.example.com', alias],
    })),
    {...documentOf(0), verificationMethod: [{...method, publicKeyMultibase: 'zNone'}]},
    {...documentOf(0), verificationMethod: [method, {...method, id: '#atproto_label'}]},
    {...documentOf(0), service: []},
  ]
  const held = new HeldAccounts()
  for (const document of documents) {
    const {pds, key} = accountOf(document)
    const account = held.hold(document.id, document)
    deepEqual({document: account.document, pds: account.pds, key: account.key}, {document, pds, key})
    deepEqual(JSON.stringify(account.document), JSON.stringify(document))
  }
})

test('what the documents of a server have in common is held once, and no more shapes are than may be', () => {
  const held = new HeldAccounts(10)
  for (let n = 0; n < 50; n++)
    held.hold(`did:web:a${n}.example.com` as Did, documentOf(n, `did:web:a${n}.example.com` as Did))
  equal(held.shapeCount, 1)
  const first = held.hold(did, {...documentOf(0), service: []})
  for (let n = 0; n < 50; n++) held.hold(did, {id: did, service: [{id: `#${n}`, type: 'x', serviceEndpoint: 'x'}]})
  ok(held.shapeCount <= 10, `${held.shapeCount}`)
  deepEqual(first.document, {...documentOf(0), service: []})
})
