import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {deleteRecord} from '#lex/gen/com/atproto/repo/deleteRecord.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import {putRecord} from '#lex/gen/com/atproto/repo/putRecord.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {Client} from '#xrpc/client.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {Router} from '#xrpc/router.ts'
import {Repo} from './records.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const cid = cidOf(0x55, toUtf8('blob'))
const createdAt = '2026-01-01T00:00:00.000Z'

/** A server with one repo in a map, by path. */
function setUp(stored: Record<string, Value> = {}) {
  const records = new Map(Object.entries(stored))
  const {query, procedure} = endpointsFor<object>()
  const uriOf = (path: string) => `at://${did}/${path}`
  const router = new Router<object>({
    auth: {},
    endpoints: [
      procedure(createRecord, {
        auth: 'none',
        async handle({input: {collection, rkey = '3kabcdefghijk', record}}) {
          records.set(`${collection}/${rkey}`, record as Value)
          return {uri: uriOf(`${collection}/${rkey}`), cid: cid.toString()}
        },
      }),
      procedure(putRecord, {
        auth: 'none',
        async handle({input: {collection, rkey, record, swapRecord}, fail}) {
          if (swapRecord === null && records.has(`${collection}/${rkey}`)) throw fail('InvalidSwap', 'There is one.')
          records.set(`${collection}/${rkey}`, record as Value)
          return {uri: uriOf(`${collection}/${rkey}`), cid: cid.toString()}
        },
      }),
      procedure(deleteRecord, {
        auth: 'none',
        async handle({input: {collection, rkey}}) {
          records.delete(`${collection}/${rkey}`)
          return {}
        },
      }),
      query(getRecord, {
        auth: 'none',
        async handle({params: {collection, rkey}, fail}) {
          const value = records.get(`${collection}/${rkey}`)
          if (!value) throw fail('RecordNotFound', 'Could not locate record')
          return {uri: uriOf(`${collection}/${rkey}`), cid: cid.toString(), value: value as Record<string, unknown>}
        },
      }),
      query(listRecords, {
        auth: 'none',
        async handle({params: {cursor = ''}}) {
          const paths = [...records.keys()].toSorted()
          const page = paths.filter(path => path > cursor).slice(0, 2)
          return {
            records: page.map(path => ({
              uri: uriOf(path),
              cid: cid.toString(),
              value: records.get(path) as Record<string, unknown>,
            })),
            cursor: page.at(-1),
          }
        },
      }),
      procedure(uploadBlob, {
        auth: 'none',
        handle: async ({input: {encoding}}) => ({blob: {$type: 'blob', ref: cid, mimeType: encoding, size: 1}}),
      }),
    ],
    checkAnswers: true,
  })
  const fetch = async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted()
    return router.fetch(request)
  }
  const client = new Client({service: 'https://pds.example.com', fetch})
  return {repo: new Repo(client, did), records}
}

test('a record is written with its type, read back as it, and deleted', async () => {
  const {repo, records} = setUp()
  const {uri} = await repo.create(post, {text: 'hello', createdAt})
  assert.equal(uri, `at://${did}/app.bsky.feed.post/3kabcdefghijk`)
  assert.deepEqual(records.get('app.bsky.feed.post/3kabcdefghijk'), {
    $type: 'app.bsky.feed.post',
    text: 'hello',
    createdAt,
  })
  assert.equal((await repo.get(post, '3kabcdefghijk'))?.value.text, 'hello')
  await repo.delete(post, '3kabcdefghijk')
  assert.equal(await repo.get(post, '3kabcdefghijk'), undefined)
})

test('a record is put at its key, over a certain version or none', async () => {
  const {repo} = setUp()
  const avatar = await repo.uploadBlob('x', 'image/png')
  await repo.put(profile, 'self', {displayName: 'Alice', avatar})
  assert.equal((await repo.get(profile, 'self'))?.value.displayName, 'Alice')
  const again = repo.put(profile, 'self', {}, null)
  await assert.rejects(again, (thrown: unknown) => thrown instanceof UpstreamError && thrown.error === 'InvalidSwap')
})

test('a record that breaks its lexicon is not sent, and what does not compile is not written', async () => {
  const {repo, records} = setUp()
  await assert.rejects(repo.create(post, {text: 'x'.repeat(4000), createdAt}), Malformed)
  // @ts-expect-error: a post has a text
  await assert.rejects(repo.create(post, {createdAt}), Malformed)
  // @ts-expect-error: the only profile is "self"
  void (() => repo.get(profile, 'other'))
  assert.equal(records.size, 0)
})

test('a list goes through all pages, and leaves out what is ill-formed', async () => {
  const stored: Record<string, Value> = {}
  for (const text of ['a', 'b', 'c', 'd', 'e']) {
    stored[`app.bsky.feed.post/${text}`] = {$type: 'app.bsky.feed.post', text: text === 'c' ? 7 : text, createdAt}
  }
  const {repo} = setUp(stored)
  const texts = await Array.fromAsync(repo.list(post), ({value}) => value.text)
  assert.deepEqual(texts, ['a', 'b', 'd', 'e'])
  await assert.rejects(repo.get(post, 'c'), Malformed)
})

test('a page says where the next one begins, and which records are ill-formed', async () => {
  const stored: Record<string, Value> = {}
  for (const text of ['a', 'b', 'c']) {
    stored[`app.bsky.feed.post/${text}`] = {$type: 'app.bsky.feed.post', text: text === 'b' ? 7 : text, createdAt}
  }
  const {repo} = setUp(stored)
  const first = await repo.page(post)
  assert.deepEqual(
    first.records.map(({value}) => value.text),
    ['a'],
  )
  assert.deepEqual(first.invalid, [`at://${did}/app.bsky.feed.post/b`])
  const second = await repo.page(post, {cursor: first.cursor})
  assert.deepEqual(
    second.records.map(({value}) => value.text),
    ['c'],
  )
  assert.equal((await repo.page(post, {cursor: second.cursor})).cursor, undefined)
  const unchecked = await repo.uncheckedPage(post.nsid)
  assert.deepEqual(
    [unchecked.records.map(({value}) => value.text), unchecked.cursor],
    [['a', 7], 'app.bsky.feed.post/b'],
  )
  await assert.rejects(repo.page(post, {signal: AbortSignal.abort(new Error('gone'))}), /gone/)
})
