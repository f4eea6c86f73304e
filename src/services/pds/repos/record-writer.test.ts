/** From what a client asks for to what is written: types, keys, validation, and what is answered. */
import {deepEqual, equal, match, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {ValueMap} from '#atp/data/value.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {records} from '#lex/gen/records.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {Registry} from '#lex/registry.ts'
import {compileLexicon} from '#lex/schema/compile.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import {realWorld} from '#std/world.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {testDid as did} from '../../../../test/repos.ts'
import type {RepoCommit, RepoStore} from '../store/repos/repo-store.ts'
import type {RecordTypes} from '../lexicons/record-types.ts'
import {RecordWriter, type WriteRequest} from './record-writer.ts'
import {Repos} from './repos.ts'

const post = 'app.bsky.feed.post' as Nsid
const profile = 'app.bsky.actor.profile' as Nsid
const unknown = 'com.example.note' as Nsid
const createdAt = '2026-01-01T00:00:00Z'

const create = (record: object, collection = post, rkey?: string): WriteRequest => ({
  action: 'create',
  collection,
  rkey: rkey as RecordKey | undefined,
  record: record as never,
})

/** Types that others have published, by collection; what is asked of them is noted. */
type Published = Pick<RecordTypes, 'schemaFor'>

async function opened(context: TestContext, recordTypes: Published = {schemaFor: async () => undefined}) {
  const {store, keys, blobRows} = await pdsRepo(context)
  const commits: RepoCommit[] = []
  const commit: RepoStore['commit'] = change => {
    commits.push(change)
    return store.commit(change)
  }
  const repos = new Repos({...store, commit}, keys, blobRows, realWorld, 1, () => {})
  const writer = new RecordWriter({
    repos,
    blobRows,
    registry: new Registry(records),
    recordTypes,
    mayLookUp: async () => true,
  })
  return {store, blobRows, writer, commits}
}

test('a record gets a key that sorts by time, and the type of its collection', async context => {
  const {store, writer} = await opened(context)
  const {commit, results} = await writer.write(
    did,
    [create({text: 'a', createdAt}), create({text: 'b', createdAt})],
    undefined,
  )
  const [first, second] = results.map(({uri}) => uri.slice(`at://${did}/`.length))
  match(first, /^app\.bsky\.feed\.post\/[2-7a-z]{13}$/)
  equal(first < second, true)
  deepEqual(commit, {cid: (await store.head(did))?.root.toString(), rev: (await store.head(did))?.rev})
  const stored = await store.record(did, first)
  deepEqual(results[0].cid, stored?.cid)
  match(Buffer.from(stored!.bytes).toString('latin1'), /app\.bsky\.feed\.post/)
})

test('a record of another type than its collection is refused, and nothing of the rest is written', async context => {
  const {store, writer} = await opened(context)
  const before = await store.head(did)
  const good = create({text: 'a', createdAt}, post, '3jui7kd54zh2y')
  await rejects(writer.write(did, [good, create({$type: profile})], undefined), {reason: 'bad-record'})
  await rejects(writer.write(did, [good, create({text: 7, createdAt})], undefined), {
    reason: 'bad-record',
    message: /^Invalid app\.bsky\.feed\.post record: \/text: expected a string, found an integer$/,
  })
  deepEqual(await store.head(did), before)
})

test('a record may say its type or leave it out, and say no other, however little is checked', async context => {
  const {writer} = await opened(context)
  const write = (more: object, validate?: boolean) =>
    writer.write(did, [create({text: 'a', createdAt, ...more})], validate)
  const other = {reason: 'bad-record', message: /^Expected "\$type" to be app\.bsky\.feed\.post/}
  for (const validate of [undefined, false]) {
    equal((await write({$type: post}, validate)).results.length, 1)
    await rejects(write({$type: profile}, validate), other)
  }
})

test('one like of each subject stays, unless nothing is to be checked', async context => {
  const {writer, store} = await opened(context)
  const like = 'app.bsky.feed.like' as Nsid
  const cid = cidOf(codecs.cbor, Uint8Array.of(1)).toString()
  const count = async (validate?: boolean): Promise<number> => {
    const record = {
      subject: {uri: 'at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3jui7kd54zh2y', cid},
      createdAt,
    }
    await writer.write(did, [create(record, like)], validate)
    return (await store.records(did, {collection: like, after: undefined, limit: 9, ascending: true})).records.length
  }
  deepEqual([await count(), await count(), await count(true), await count(false)], [1, 1, 1, 2])
})

test('a record that JSON can hold and a block cannot is refused, however little is checked', async context => {
  const {store, writer} = await opened(context)
  const before = await store.head(did)
  let deep: unknown = 0
  for (let level = 0; level < 32; level++) deep = [deep]
  for (const [record, message] of [
    [{deep}, /^Invalid com\.example\.note record: .*32 levels/],
    [{many: Array<number>(131_073).fill(0)}, /131073 items/],
    [{['k'.repeat(8_193)]: 0}, /8193 bytes/],
  ] as const) {
    for (const validate of [undefined, false]) {
      await rejects(writer.write(did, [create(record, unknown)], validate), {reason: 'bad-record', message})
    }
  }
  deepEqual(await store.head(did), before)
})

test('a published type is asked for only where it is needed, and waited for only by who insists', async context => {
  const properties = {n: {type: 'integer'}, other: {type: 'ref', ref: 'com.example.gone#it'}}
  const main = {type: 'record', key: 'any', record: {type: 'object', properties}}
  const definitions = compileLexicon(parseLexicon({lexicon: 1, id: unknown, defs: {main}}), () => undefined)
  const asked: (readonly [string, number | undefined])[] = []
  const {writer} = await opened(context, {
    async schemaFor(collection, _, {waitMs}) {
      asked.push([collection, waitMs])
      return definitions.get('main') as RecordSchema
    },
  })
  const status = async (record: object, validate?: boolean) =>
    (await writer.write(did, [create(record, unknown)], validate)).results[0].validationStatus
  equal(await status({n: 1}), 'valid')
  await rejects(status({n: 'x'}), {reason: 'bad-record', message: /integer/})
  equal(await status({n: 'x'}, false), undefined)
  equal(await status({n: 1}, true), 'valid')
  // What refers to a lexicon that is not at hand may be right.
  equal(await status({other: 1}), 'unknown')
  await rejects(status({other: 1}, true), {reason: 'bad-record', message: /not known/})
  await writer.write(did, [create({text: 'a', createdAt})], undefined)
  deepEqual(
    asked,
    [0, 0, 3_000, 0, 3_000].map(waitMs => [unknown, waitMs]),
  )
})

test('a stranger’s lexicon that has much to say about a record says five hundred characters of it', async context => {
  const properties = {n: {type: 'string', enum: ['x'.repeat(2_000)]}}
  const main = {type: 'record', key: 'any', record: {type: 'object', properties}}
  const definitions = compileLexicon(parseLexicon({lexicon: 1, id: unknown, defs: {main}}), () => undefined)
  const {writer} = await opened(context, {schemaFor: async () => definitions.get('main') as RecordSchema})
  const refused = await writer.write(did, [create({n: 'y'}, unknown)], undefined).catch((error: Error) => error.message)
  equal(String(refused).length, 'Invalid com.example.note record: '.length + 500)
})

test('how much is checked is for the client to say', async context => {
  const {writer} = await opened(context)
  const status = async (record: object, collection: Nsid, validate?: boolean) =>
    (await writer.write(did, [create(record, collection)], validate)).results[0].validationStatus
  equal(await status({text: 'a', createdAt}, post), 'valid')
  equal(await status({text: 'a', createdAt}, post, true), 'valid')
  equal(await status({n: 1}, unknown), 'unknown')
  equal(await status({n: 1}, unknown, false), undefined)
  equal(await status({text: 7}, post, false), undefined)
  await rejects(writer.write(did, [create({n: 1}, unknown)], true), {reason: 'bad-record'})
})

test('what the repository refuses is refused by its reason, with the place', async context => {
  const {writer} = await opened(context)
  const note = (rkey?: string): WriteRequest => create({n: 1}, unknown, rkey)
  await writer.write(did, [note('a')], undefined)
  await rejects(writer.write(did, [note('a')], undefined), {
    reason: 'record-exists',
    message: /com\.example\.note\/a/,
  })
  const gone: WriteRequest = {action: 'delete', collection: unknown, rkey: 'b' as RecordKey}
  await rejects(writer.write(did, [gone], undefined), {reason: 'record-missing', message: /com\.example\.note\/b/})
  await rejects(writer.write(did, [note('c'), note('c')], undefined), {reason: 'duplicate-path'})
  const many = Array.from({length: 201}, () => note())
  await rejects(writer.write(did, many, undefined), {reason: 'too-many-writes', message: /200/})
  const big = Array.from({length: 3}, (_, i) => create({text: `${i}`.repeat(900_000)}, unknown))
  await rejects(writer.write(did, big, undefined), {reason: 'too-big', message: /2,000,000/})
  await rejects(writer.write('did:web:nobody.test' as typeof did, [note()], undefined), {reason: 'repo-missing'})
  const swapCommit = cidOf(codecs.cbor, Uint8Array.of(1))
  await rejects(writer.write(did, [note()], undefined, {swapCommit}), {reason: 'stale'})
})

test('a record with blobs that are not here, or not such, is refused by which and why', async context => {
  const {writer, blobRows} = await opened(context)
  const ref = cidOf(codecs.raw, Uint8Array.of(1))
  const picture = (more: object = {}) => ({image: {$type: 'blob', ref, mimeType: 'image/png', size: 1, ...more}})
  const write = (more?: object) => writer.write(did, [create(picture(more), unknown)], undefined)
  await rejects(write(), {reason: 'blob-missing', message: new RegExp(ref.toString())})
  await blobRows.add(did, {cid: ref, mimeType: 'image/png', size: 1, stage: 's', uploadedMs: 1})
  await rejects(write({mimeType: 'image/gif'}), {reason: 'wrong-mime-type'})
  await rejects(write({size: 2}), {reason: 'wrong-size'})
  const legacy = {image: {cid: ref.toString(), mimeType: 'image/png'}}
  await rejects(writer.write(did, [create(legacy, unknown)], undefined), {reason: 'legacy-form'})
  equal((await write()).results.length, 1)
})

test('a profile of before 2023 that a client writes back has its pictures in today’s form', async context => {
  const {writer, blobRows, store} = await opened(context)
  const avatar = cidOf(codecs.raw, Uint8Array.of(1))
  await blobRows.add(did, {cid: avatar, mimeType: 'image/png', size: 1, stage: 's', uploadedMs: 1})
  const old: ValueMap = {avatar: {cid: avatar.toString(), mimeType: 'image/png'}}
  await writer.write(did, [create(old, profile, 'self')], undefined)
  const stored = await store.record(did, `${profile}/self`)
  match(Buffer.from(stored!.bytes).toString('latin1'), /blob/)
  const banner: ValueMap = {banner: old.avatar}
  await writer.write(
    did,
    [{action: 'put', collection: profile, rkey: 'self' as RecordKey, record: banner as never}],
    undefined,
  )
  // Of a profile alone: no other record is changed by writing it.
  await rejects(writer.write(did, [create(old, unknown)], undefined), {reason: 'legacy-form'})
  const lost = {banner: {cid: cidOf(codecs.raw, Uint8Array.of(2)).toString(), mimeType: 'image/png'}}
  const request: WriteRequest = {action: 'put', collection: profile, rkey: 'self' as RecordKey, record: lost as never}
  await rejects(writer.write(did, [request], undefined))
})

test('writes that change nothing make no commit', async context => {
  const {writer, store} = await opened(context)
  await writer.write(did, [create({n: 1}, unknown, 'a')], undefined)
  const before = await store.head(did)
  const same: WriteRequest = {action: 'put', collection: unknown, rkey: 'a' as RecordKey, record: {n: 1} as never}
  const {commit, results} = await writer.write(did, [same], undefined)
  equal(commit, undefined)
  deepEqual(results[0].cid, (await store.record(did, `${unknown}/a`))?.cid)
  const removal: WriteRequest = {action: 'remove', collection: unknown, rkey: 'never' as RecordKey}
  deepEqual((await writer.write(did, [removal], undefined)).commit, undefined)
  deepEqual(await store.head(did), before)
})

test('writes of one commit keep the order in which the client asked for them', async context => {
  const {writer, commits} = await opened(context)
  await writer.write(did, [create({n: 0}, unknown, 'old')], undefined)
  const gone: WriteRequest = {action: 'delete', collection: unknown, rkey: 'old' as RecordKey}
  const requests = [create({n: 1}, unknown, 'c'), gone, create({n: 2}, unknown, 'b'), create({n: 3}, unknown, 'a')]
  const {results} = await writer.write(did, requests, undefined)
  const paths = ['c', 'old', 'b', 'a'].map(rkey => `${unknown}/${rkey}`)
  deepEqual(
    results.map(({uri}) => uri),
    paths.map(path => `at://${did}/${path}`),
  )
  deepEqual(
    commits.at(-1)?.event.ops.map(({path}) => path),
    paths,
  )
})
