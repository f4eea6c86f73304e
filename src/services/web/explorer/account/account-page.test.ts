/** An account as its pages show it: who says so, where its data is, and what it holds. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Handle} from '#atp/syntax/handle.ts'
import {home, readerOf, visitTo, type Answer} from '../../../../../test/explorer-home.ts'
import {testDid, testKey} from '../../../../../test/repos.ts'
import {accountPage, historyPage, identityPage, nameOf} from './account-page.ts'

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const described = (collections: readonly string[]): Answer => {
  return () => ({handle: 'alice.test', did: testDid, didDoc: {}, collections, handleIsCorrect: true})
}
const standard: Record<string, Answer> = {
  'com.atproto.repo.describeRepo': described(['app.bsky.feed.post', 'app.bsky.actor.profile', 'com.example.thing']),
  'com.atproto.sync.getRepoStatus': () => ({did: testDid, active: true}),
  'com.atproto.sync.getLatestCommit': () => ({cid, rev: '3lbcd2345672k'}),
  'com.atproto.repo.listRecords': params => {
    const count = params.get('collection') === 'app.bsky.feed.post' ? 100 : 3
    const records = Array.from({length: count}, (_, i) => ({uri: `at://${testDid}/a.b.c/${i}`, cid, value: {}}))
    return {records, cursor: 'more'}
  },
}

async function shown(
  page: typeof accountPage,
  answers: Record<string, Answer> = standard,
  who: typeof home = home,
  own: Record<string, Answer> = {},
) {
  const {visit, shown} = visitTo('/explore/alice.test')
  await page(visit, readerOf(answers, own).reader, who)
  return {...shown(), text: shown().text.replace(/\s+/g, ' ')}
}

suite('an account', () => {
  test('has its collections by who defines them, counted as far as one page goes', async () => {
    const {text} = await shown(accountPage)
    assert.match(text, /3 collections/)
    assert.match(text, /<h3 class="x-group">bsky\.app<\/h3>.*<h3 class="x-group">example\.com<\/h3>/)
    assert.match(text, /post<\/a *> <span class="x-count">100\+</)
    assert.match(text, /profile<\/a *> <span class="x-count">3</)
  })

  test('has the state that its server gives it, and its head', async () => {
    const {text} = await shown(accountPage)
    assert.match(text, /handle confirmed both ways/)
    assert.match(text, /x-good"[^<]*>(?:<svg.*?<\/svg>)?active</)
    assert.match(text, /<dt>revision<\/dt><dd><code>3lbcd2345672k/)
    assert.match(text, /href="https:\/\/pds\.example\.com\/xrpc\/com\.atproto\.sync\.getRepo\?did=did:plc:/)
    const gone = {
      ...standard,
      'com.atproto.sync.getRepoStatus': () => ({did: testDid, active: false, status: 'takendown'}),
    }
    assert.match((await shown(accountPage, gone)).text, /x-bad"[^<]*>(?:<svg.*?<\/svg>)?takendown</)
  })

  test('without records, without an answer, or without a server says so', async () => {
    const empty = {...standard, 'com.atproto.repo.describeRepo': described([])}
    assert.match((await shown(accountPage, empty)).text, /No records yet/)
    assert.match((await shown(accountPage, {})).text, /The PDS did not answer/)
    assert.match((await shown(accountPage, standard, {...home, pds: undefined as never})).text, /names no PDS/)
  })

  test('whose handle is not confirmed goes by its DID', async () => {
    const unnamed = {...home, handle: 'handle.invalid' as Handle}
    assert.deepEqual([nameOf(home), nameOf(unnamed)], ['@alice.test', testDid])
    const {text} = await shown(accountPage, standard, unnamed)
    assert.match(text, /handle not confirmed/)
    assert.doesNotMatch(text, /open in the app/)
  })

  test('with more collections than can be counted is listed as far as there is room', async () => {
    const many = Array.from({length: 1_200}, (_, i) => `com.example.x${i}`)
    const {text} = await shown(accountPage, {...standard, 'com.atproto.repo.describeRepo': described(many)})
    assert.match(text, /1,200 collections, 1000 of them here/)
    assert.equal(text.match(/class="x-count"/g)?.length, 16)
  })
})

const key = (id: string, publicKeyMultibase: string) => ({
  id: `${testDid}#${id}`,
  type: 'Multikey',
  controller: testDid,
  publicKeyMultibase,
})

const names = (did: string): Record<string, Answer> => ({'com.atproto.identity.resolveHandle': () => ({did})})

suite('an identity', () => {
  const document = {
    ...home.document,
    alsoKnownAs: ['at://alice.test', 'https://<b>'],
    verificationMethod: [key('atproto', testKey.didKey.slice(8)), key('p', 'zDnaeXYZ'), key('o', 'zOther')],
    service: [...(home.document.service ?? []), {id: '#evil', type: '<b>', serviceEndpoint: 'javascript:alert(1)'}],
  }

  test('is confirmed when both sides name each other', async () => {
    const {text} = await shown(identityPage, {}, {...home, document}, names(testDid))
    assert.match(text, /names <b>alice\.test<\/b>/)
    assert.match(text, /alice\.test resolves to <code>did:plc:ewvi7nxzyoun6zhxrhs64oiz<\/code>, the same account/)
  })

  test('is not when the handle leads to another, or to nobody', async () => {
    const {text} = await shown(identityPage, {}, {...home, document}, names('did:plc:44ybard66vv44zksje25o7dz'))
    assert.match(text, /44ybard66vv44zksje25o7dz<\/code>, another account/)
    const nobody = await shown(identityPage, {}, {...home, document})
    assert.match(nobody.text, /x-bad"/)
    const none = await shown(identityPage, {}, {...home, document: {...document, alsoKnownAs: []}})
    assert.match(none.text, /The document names no handle/)
  })

  test('has its keys by curve, and which of them signs', async () => {
    const {text} = await shown(identityPage, {}, {...home, document}, names(testDid))
    for (const curve of ['secp256k1', 'P-256', 'another curve']) assert.ok(text.includes(`Multikey, ${curve}`), curve)
    assert.match(text, /signs the repository<\/span *> <code>did:key:zQ3s/)
    assert.match(
      (await shown(identityPage, {}, {...home, document, key: undefined})).text,
      /no key that signs a repository/,
    )
  })

  test('escapes what its owner wrote, and leads to no script', async () => {
    const {text} = await shown(identityPage, {}, {...home, document}, names(testDid))
    assert.doesNotMatch(text, /<b>,|https:\/\/<b>|href="javascript/)
  })
})

suite('a history', () => {
  test('of a did:web is none, and says why', async () => {
    assert.match(
      (await shown(historyPage, {}, {...home, did: 'did:web:a.example' as never})).text,
      /Earlier versions are not recorded/,
    )
  })

  test('that cannot be had, or is not valid, says so', async () => {
    const path = `/${testDid}/log/audit`
    assert.match(
      (await shown(historyPage, {}, home, {[path]: () => new Response(null, {status: 500})})).text,
      /answers 500/,
    )
    assert.match((await shown(historyPage, {}, home, {[path]: () => []})).text, /The log is not valid/)
  })
})
