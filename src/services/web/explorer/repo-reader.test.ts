/** What the explorer makes of servers: who is asked, through the guarded world or not, and every failure as a sentence. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import {home, readerOf, type Answer} from '../../../../test/explorer-home.ts'
import {testDid, testKey} from '../../../../test/repos.ts'

const document = {
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: testDid,
  alsoKnownAs: ['at://alice.test'],
  verificationMethod: [
    {
      id: `${testDid}#atproto`,
      type: 'Multikey',
      controller: testDid,
      publicKeyMultibase: testKey.didKey.slice('did:key:'.length),
    },
  ],
  service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}],
}
const known: Record<string, Answer> = {
  [`/${testDid}`]: () => document,
  'com.atproto.identity.resolveHandle': params =>
    params.get('handle') === 'alice.test' ? {did: testDid} : Response.json({error: 'x', message: 'x'}, {status: 400}),
}
const gone = () => Response.json({message: 'DID not registered'}, {status: 404})
const account = (reader: ReturnType<typeof readerOf>['reader'], name: string) => reader.account(name as AtIdentifier)

const offline: Answer = () => Promise.reject(new TypeError('fetch failed'))

suite('an account', () => {
  test('of this network is found by its handle, which its PDS knows and nobody’s DNS', async () => {
    const {reader, asked} = readerOf({}, known)
    const found = await account(reader, 'alice.test')
    assert.ok(found.ok)
    assert.deepEqual(
      [found.value.did, found.value.handle, found.value.pds],
      [testDid, 'alice.test', 'https://pds.example.com'],
    )
    assert.deepEqual(new Set(asked.map(entry => entry.split(' ')[0])), new Set(['pds.test', 'plc.test']))
  })

  test('that this network’s directory does not know is looked up in the public one', async () => {
    const {reader, asked} = readerOf({[`/${testDid}`]: () => document}, {...known, [`/${testDid}`]: gone})
    const found = await account(reader, testDid)
    assert.ok(found.ok)
    assert.ok(asked.includes(`plc.directory /${testDid}`))
  })

  test('is not looked up elsewhere where this network’s directory answers', async () => {
    const {reader, asked} = readerOf({}, known)
    await account(reader, testDid)
    assert.ok(!asked.some(entry => entry.startsWith('plc.directory')))
  })

  test('that nobody knows is absent; one that cannot be looked up is not', async () => {
    const nobody = await account(readerOf({[`/${testDid}`]: gone}, {[`/${testDid}`]: gone}).reader, testDid)
    assert.ok(!nobody.ok)
    assert.equal(nobody.reason, 'absent')
    const away = await account(readerOf({}, {[`/${testDid}`]: offline}).reader, testDid)
    assert.ok(!away.ok)
    assert.equal(away.reason, 'failed')
    assert.match(away.detail, /could not be looked up/)
  })

  test('without a server has no home', async () => {
    const {reader} = readerOf({}, {...known, [`/${testDid}`]: () => ({...document, service: []})})
    const found = await reader.home(testDid as AtIdentifier)
    assert.ok(!found.ok)
    assert.match(found.detail, /names no PDS/)
  })

  test('has its handle in a list where it can be had in time, and no list waits longer', async () => {
    const {reader} = readerOf({}, known)
    assert.deepEqual([...(await reader.handles([testDid]))], [[testDid, 'alice.test']])
    const slow = readerOf({}, {[`/${testDid}`]: () => new Promise(() => {})})
    const names = slow.reader.handles([testDid])
    await slow.clock.pass(2_000)
    assert.deepEqual([...(await names)], [])
  })
})

const endless = () =>
  new Response(new ReadableStream({pull: c => c.enqueue(new Uint8Array(65_536).fill(32))}), {
    headers: {'content-type': 'application/json'},
  })

const fault: Answer = () => Promise.reject(new RangeError('ours'))

suite('what a server fails at is a sentence', () => {
  const failures: [what: string, answer: Answer, words: RegExp, isAbsent?: boolean][] = [
    [
      'an error by name',
      () => Response.json({error: 'RepoTakendown', message: 'gone'}, {status: 400}),
      /^pds\.example\.com: gone/,
    ],
    [
      'something that is not there',
      () => Response.json({error: 'RepoNotFound', message: 'no such repo'}, {status: 400}),
      /no such repo/,
      true,
    ],
    ['an error page', () => new Response('<h1>Bad gateway</h1>', {status: 502}), /^pds\.example\.com/],
    ['no JSON', () => new Response('<html>', {headers: {'content-type': 'text/html'}}), /^pds\.example\.com/],
    ['another shape', () => ({rev: 5}), /pds\.example\.com/],
    [
      'a broken connection',
      () => Promise.reject(Object.assign(new Error('reset'), {code: 'ECONNRESET'})),
      /pds\.example\.com/,
    ],
    [
      'a guard that says no',
      () => Promise.reject(Object.assign(new Error('private'), {name: 'Refused'})),
      /was not contacted: .*private/,
    ],
  ]
  for (const [what, answer, words, isAbsent = false] of failures) {
    test(`by ${what}`, async () => {
      const told = await readerOf({'com.atproto.sync.getLatestCommit': answer}).reader.latestCommit(home)
      assert.ok(!told.ok)
      assert.match(told.detail, words)
      assert.equal(told.reason, isAbsent ? 'absent' : 'failed')
      assert.doesNotMatch(told.detail, /<h1>/)
    })
  }

  test('by silence', async () => {
    const {reader, clock} = readerOf({'com.atproto.sync.getLatestCommit': () => new Promise(() => {})})
    const asking = reader.latestCommit(home)
    await clock.pass(8_000)
    const told = await asking
    assert.ok(!told.ok)
    assert.match(told.detail, /did not answer in time/)
  })

  test('by an answer without end', async () => {
    const {reader} = readerOf({
      'com.atproto.sync.getLatestCommit': endless,
      'com.atproto.sync.getBlob': endless,
      'com.atproto.sync.getRecord': endless,
    })
    for (const told of [
      await reader.latestCommit(home),
      await reader.blob(home, 'x'),
      await reader.proof(home, 'a.b.c', 'x'),
    ]) {
      assert.ok(!told.ok)
    }
  })

  test('but a fault of ours is one', async () => {
    await assert.rejects(readerOf({}, {[`/${testDid}/log/audit`]: fault}).reader.auditLog(testDid), /ours/)
  })
})

suite('the history of an identity', () => {
  const path = `/${testDid}/log/audit`
  test('is what the directory tells, as it tells it', async () => {
    assert.deepEqual(await readerOf({}, {[path]: () => [{a: 1}]}).reader.auditLog(testDid), {ok: true, value: [{a: 1}]})
  })

  test('is asked of the public directory where ours does not know', async () => {
    const {reader, asked} = readerOf({[path]: () => []}, {[path]: gone})
    assert.ok((await reader.auditLog(testDid)).ok)
    assert.deepEqual(asked, [`plc.test ${path}`, `plc.directory ${path}`])
  })

  test('that cannot be had is a sentence', async () => {
    const broken = await readerOf(
      {},
      {[path]: () => new Response('{', {headers: {'content-type': 'application/json'}})},
    ).reader.auditLog(testDid)
    const refused = await readerOf({[path]: gone}, {[path]: gone}).reader.auditLog(testDid)
    assert.ok(!broken.ok && !refused.ok)
    assert.match(broken.detail, /not JSON/)
    assert.match(refused.detail, /answers 404/)
  })
})
