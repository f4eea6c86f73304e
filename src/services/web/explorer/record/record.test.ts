/** A record as four views, and a collection as a list, from servers that tell the truth or something else. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {parseNsid} from '#atp/syntax/nsid.ts'
import {parseRecordKey} from '#atp/syntax/record-key.ts'
import {Client} from '#xrpc/client.ts'
import {home, readerOf, visitTo, type Answer} from '../../../../../test/explorer-home.ts'
import {madeRepo, testDid} from '../../../../../test/repos.ts'
import {collectionPage, subjectPath, summaryOf} from './collection-page.ts'
import {recordPage, type Counting} from './record-page.ts'
import {blobsIn} from './value-view.ts'

const {repo, root, blocks} = madeRepo(60)
const [path, cid] = [...repo.records()].find(([path]) => path.startsWith('app.bsky.feed.post/'))!
const [collection, rkey] = path.split('/')
const name = {collection: parseNsid(collection), rkey: parseRecordKey(rkey)}
const uri = `at://${testDid}/${path}`
const {text: said} = decodeCbor(blocks.get(cid) as Uint8Array) as {text: string}
const value = {$type: collection, text: said}

const blockOf = (cid: typeof root) => ({cid, bytes: blocks.get(cid) as Uint8Array})
const proof: Answer = () =>
  new Response(
    encodeCar([root], [blockOf(root), ...repo.proofNodes([path]), blockOf(cid)]) as Uint8Array<ArrayBuffer>,
    {headers: {'content-type': 'application/vnd.ipld.car'}},
  )
const true_: Record<string, Answer> = {
  'com.atproto.repo.getRecord': () => ({uri, cid: String(cid), value}),
  'com.atproto.sync.getRecord': proof,
}
const appviewOf = (answer: () => Response): Counting => ({
  appview: new Client({service: 'http://appview.test', fetch: async () => answer()}),
  world: realWorld,
})
const silent = appviewOf(() => new Response(null, {status: 502}))

async function shownAs(view: string, answers: Record<string, Answer> = true_, appview = silent, at = home) {
  const {visit, shown} = visitTo(`/explore/${path}${view && `?view=${view}`}`)
  await recordPage(visit, readerOf(answers).reader, appview, at, name)
  return shown()
}

suite('a record', () => {
  test('that is what was signed says so, in each of its views', async () => {
    const {text} = await shownAs('')
    assert.match(text, /signed and in the repository/)
    assert.match(text, new RegExp(said))
    assert.match((await shownAs('cbor')).text, new RegExp(`text of ${said.length} bytes &quot;${said}&quot;`))
    assert.match((await shownAs('proof')).text, /Valid: this record is in this account’s repository/)
    assert.match((await shownAs('lexicon')).text, new RegExp(`Against ${collection}`))
    assert.match((await shownAs('<b>')).text, new RegExp(said), 'another view is the first')
  })

  test('that its server words otherwise is shown as it was signed', async () => {
    const lying = {
      ...true_,
      'com.atproto.repo.getRecord': () => ({uri, cid: String(cid), value: {...value, text: 'otherwise'}}),
    }
    const {text} = await shownAs('', lying)
    assert.match(text, new RegExp(said))
    assert.doesNotMatch(text, /otherwise/)
  })

  test('whose server names another is not proven', async () => {
    const other = {...true_, 'com.atproto.repo.getRecord': () => ({uri, cid: String(root), value})}
    assert.match((await shownAs('', other)).text, /the proof is not valid/)
    assert.match((await shownAs('proof', other)).text, /another record than the one the server shows/)
  })

  test('without a proof, or a key to check it with, is shown and not called proven', async () => {
    const {'com.atproto.repo.getRecord': told} = true_
    assert.match(
      (await shownAs('', {'com.atproto.repo.getRecord': told})).text,
      new RegExp(String.raw`not verified[\s\S]*${said}`),
    )
    assert.match((await shownAs('proof', {'com.atproto.repo.getRecord': told})).text, /could not be loaded/)
    assert.match((await shownAs('cbor', {'com.atproto.repo.getRecord': told})).text, /could not be loaded/)
    assert.match((await shownAs('', true_, silent, {...home, key: undefined})).text, /not verified/)
  })

  test('that its server denies is shown from the proof', async () => {
    assert.match(
      (await shownAs('', {'com.atproto.sync.getRecord': proof})).text,
      new RegExp(String.raw`signed and in the repository[\s\S]*${said}`),
    )
  })

  test('that nobody gives is told so', async () => {
    const {status, text} = await shownAs('', {})
    assert.equal(status, 502)
    assert.match(text, /could not be loaded/)
  })

  test('that breaks its lexicon says where, and one without a lexicon that none is known', async () => {
    assert.match((await shownAs('lexicon')).text, /First fault, at <code>/)
    const {visit, shown} = visitTo('/explore/x?view=lexicon')
    const answers = {
      'com.atproto.repo.getRecord': () => ({
        uri: `at://${testDid}/com.example.thing/x`,
        value: {$type: 'com.example.thing'},
      }),
    }
    await recordPage(visit, readerOf(answers).reader, silent, home, {
      collection: parseNsid('com.example.thing'),
      rkey: name.rkey,
    })
    assert.match(shown().text, /unknown lexicon[\s\S]*does not know the lexicon of com\.example\.thing/)
  })

  test('that is a post has the counts of the AppView, if it has any', async () => {
    const post = {
      uri,
      cid: String(cid),
      author: {did: testDid, handle: 'alice.test'},
      record: {},
      likeCount: 1,
      replyCount: 2,
      indexedAt: '2026-11-22T12:00:00.000Z',
    }
    const counted = await shownAs(
      '',
      true_,
      appviewOf(() => Response.json({posts: [post]})),
    )
    assert.match(counted.text, /1 like, 0 reposts, 2 replies, 0 quotes/)
    assert.doesNotMatch(
      (
        await shownAs(
          '',
          true_,
          appviewOf(() => Response.json({posts: []})),
        )
      ).text,
      /1 like/,
    )
  })
})

suite('what a record is about', () => {
  const cases: [value: unknown, summary: string, subject: string | undefined][] = [
    [{text: 'hello'}, 'hello', undefined],
    [{text: '  ', title: 'A title'}, 'A title', undefined],
    [{displayName: 'Alice', description: 'Birds'}, 'Alice', undefined],
    [
      {subject: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'},
      'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
      '/explore/did:plc:ewvi7nxzyoun6zhxrhs64oiz',
    ],
    [{subject: {uri: 'at://alice.test/a.b.c/x', cid: 'y'}}, 'at://alice.test/a.b.c/x', '/explore/alice.test/a.b.c/x'],
    [{subject: 5}, 'subject', undefined],
    [{subject: 'javascript:alert(1)'}, 'javascript:alert(1)', undefined],
    [{$type: 'a.b.c', one: 1, two: 2}, 'one, two', undefined],
    [{}, '', undefined],
    ['text', '', undefined],
    [null, '', undefined],
    [[1], '', undefined],
  ]
  for (const [value, summary, subject] of cases) {
    test(`${JSON.stringify(value)} is told in a line`, () => {
      assert.deepEqual([summaryOf(value as never), subjectPath(value as never)], [summary, subject])
    })
  }

  test('is cut where it is long', () => {
    assert.equal(summaryOf({text: 'x'.repeat(1_000)}).length, 281)
  })
})

const list = (records: unknown[], cursor?: string): Record<string, Answer> => ({
  'com.atproto.repo.listRecords': () => ({records, cursor}),
})

const page = async (answers: Record<string, Answer>, query = '') => {
  const {visit, shown} = visitTo(`/explore/x/a.b.c${query}`)
  await collectionPage(visit, readerOf(answers).reader, home, 'a.b.c', Date.parse('2026-11-22T12:00:00Z'))
  return shown()
}

suite('a collection', () => {
  const records = Array.from({length: 60}, (_, i) => ({
    uri: `at://${testDid}/a.b.c/k${i}`,
    cid: String(cid),
    value: {text: `<b>${i}`, createdAt: '2026-11-22T11:55:00Z'},
  }))

  test('is listed a page at a time, each record by its one line', async () => {
    const {text} = await page(list(records, 'more&'))
    assert.equal(text.match(/class="x-record"/g)?.length, 50)
    assert.match(text, /k0<\/span>[\s\S]*&lt;b&gt;0[\s\S]*>5m</)
    assert.match(text, /\?cursor=more%26" rel="next">Older/)
    assert.doesNotMatch(text, />Newest</)
  })

  test('further down leads back, and ends where it ends', async () => {
    const {text} = await page(list(records.slice(0, 3), 'more'), '?cursor=x')
    assert.match(text, /Older records[\s\S]*>Newest</)
    assert.doesNotMatch(text, />Older</, 'a page that is not full is the last')
  })

  test('without records says so, and one that cannot be had, why', async () => {
    assert.match((await page(list([]))).text, /No records\./)
    assert.match((await page(list([]), '?cursor=x')).text, /No more records\./)
    assert.equal((await page({})).status, 502)
  })
})

test('blobs are found wherever they stand in a record, each once, in the old form too', async () => {
  const {cidFromText} = await import('#atp/data/cid.ts')
  const text = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
  const blob = {$type: 'blob', ref: cidFromText(text), mimeType: 'image/png', size: 68}
  const old = {cid: String(cid), mimeType: 'image/jpeg'}
  assert.deepEqual(blobsIn({a: [{b: blob}, blob], c: old, d: 'x', e: {cid: 'x', mimeType: 'y'}} as never), [
    {cid: text, mimeType: 'image/png', size: 68},
    {cid: String(cid), mimeType: 'image/jpeg', size: undefined},
  ])
})
