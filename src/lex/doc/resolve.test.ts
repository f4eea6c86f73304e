/** Resolution of lexicons, with a repository that is made here and everything that can be wrong on the way to it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {made, signingAt, testDid, testKey} from '../../../test/repos.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {formatMultikey, Keypair} from '#atp/crypto/key.ts'
import type {DidDocument} from '#atp/identity/did-document.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {Repo} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {authorityName, type LexiconSources, resolveLexicon, schemaCollection} from './resolve.ts'

const nsid = 'com.example.feed.post' as Nsid
const record: ValueMap = {
  $type: schemaCollection,
  lexicon: 1,
  id: nsid,
  defs: {main: {type: 'record', key: 'tid', record: {type: 'object', properties: {}}}},
}
const document: DidDocument = {
  id: testDid,
  verificationMethod: [{id: '#atproto', type: 'Multikey', publicKeyMultibase: formatMultikey(testKey.publicKey)}],
  service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}],
}

/** The CAR that a server gives for `com.example.feed.post` when `record` stands there. */
function proofOf(record: ValueMap, rkey: string = nsid): Uint8Array {
  const write = {action: 'create', collection: schemaCollection, rkey: rkey as RecordKey, record} as const
  const change = made(Repo.create(testDid, signingAt(0), [write]))
  return encodeCar([change.repo.root], change.newBlocks)
}

const sources: LexiconSources = {
  resolveTxt: async name => (name === '_lexicon.feed.example.com' ? ['v=spf1', `did=${testDid}`] : []),
  resolveDid: async did => (did === testDid ? document : undefined),
  fetchRecordProof: async (pds, {collection, rkey}) =>
    pds === 'https://pds.example.com' && collection === schemaCollection && rkey === (nsid as string)
      ? proofOf(record)
      : undefined,
}

/** The reason for which nothing is resolved when some sources answer otherwise. */
async function reason(others: Partial<LexiconSources>): Promise<string | undefined> {
  const result = await resolveLexicon(nsid, {...sources, ...others})
  return result.ok ? undefined : result.reason
}

suite('lexicon resolution', () => {
  test('from NSID over DNS and DID to the proven record', async () => {
    const result = await resolveLexicon(nsid, sources)
    assert.ok(result.ok)
    assert.equal(result.doc.defs.main.type, 'record')
    assert.equal(result.uri, `at://${testDid}/com.atproto.lexicon.schema/com.example.feed.post`)
    assert.equal(result.did, testDid)
    assert.equal(result.cid.codec, 0x71)
    assert.equal(result.rev, signingAt(0).rev)
  })

  test('the authority is the domain of the group, lower-case, and no other', () => {
    assert.equal(
      authorityName('edu.university.dept.lab.blogging.getBlogPost' as Nsid),
      '_lexicon.blogging.lab.dept.university.edu',
    )
    assert.equal(authorityName('App.Toy.record' as Nsid), '_lexicon.toy.app')
  })

  test('DNS must name one DID', async () => {
    assert.equal(await reason({resolveTxt: async () => []}), 'no-authority')
    assert.equal(await reason({resolveTxt: async () => ['did=example.com', testDid]}), 'no-authority')
    assert.equal(
      await reason({resolveTxt: async () => [`did=${testDid}`, 'did=did:web:a.test']}),
      'several-authorities',
    )
    assert.equal(await reason({resolveTxt: async () => [`did=${testDid}`, `did=${testDid}`]}), undefined)
  })

  test('the DID document must have a key and a server', async () => {
    assert.equal(await reason({resolveDid: async () => undefined}), 'no-did-document')
    assert.equal(await reason({resolveDid: async () => ({...document, verificationMethod: []})}), 'no-key')
    assert.equal(await reason({resolveDid: async () => ({...document, service: []})}), 'no-server')
  })

  test('the record must be proven', async () => {
    assert.equal(await reason({fetchRecordProof: async () => undefined}), 'no-answer')
    assert.equal(await reason({fetchRecordProof: async () => proofOf(record).subarray(0, 100)}), 'bad-proof')
    assert.equal(await reason({fetchRecordProof: async () => proofOf(record, 'com.example.feed.like')}), 'no-record')
    const other = formatMultikey(Keypair.import('p256', new Uint8Array(32).fill(9)).publicKey)
    const keys = [{id: '#atproto', type: 'Multikey', publicKeyMultibase: other}]
    assert.equal(await reason({resolveDid: async () => ({...document, verificationMethod: keys})}), 'bad-proof')
  })

  test('the record must be a lexicon, of this NSID', async () => {
    const wrong = [
      {...record, $type: 'app.bsky.feed.post'},
      {...record, id: 'com.example.feed.like'},
      {...record, defs: {}},
    ]
    for (const record of wrong)
      assert.equal(await reason({fetchRecordProof: async () => proofOf(record)}), 'bad-document')
  })

  test('what a source throws is passed on', async () => {
    const offline = new Error('offline')
    await assert.rejects(reason({resolveTxt: () => Promise.reject(offline)}), offline)
  })
})
