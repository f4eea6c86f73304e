import assert from 'node:assert/strict'
import {test} from 'node:test'
import {alice, bob, withTwo} from '../../../../../test/pds-stores.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import type {StoredRecord} from '../repos/joined-records.ts'
import {pdsMigrations} from '../schema.ts'
import {sqlitePdsStores} from '../stores.sqlite.ts'
import {KnownAnswers} from './known-answers.ts'
import {writePosts} from './reads.contract.ts'

test('an answer is read once, and again after any write: to its record, to its account, to any other', async context => {
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  context.after(() => sql.close())
  const stores = await withTwo(async () => sqlitePdsStores(sql), context)
  let reads = 0
  const known = new KnownAnswers({
    ...stores.repos,
    record(...given) {
      reads++
      return stores.repos.record(...given)
    },
    collections(...given) {
      reads++
      return stores.repos.collections(...given)
    },
  })
  const seen = async () => {
    const answer = await known.record(alice, 'a.b.post/1')
    assert.deepEqual(await known.record(alice, 'a.b.post/1'), answer)
    const collections = await known.collections(alice)
    assert.deepEqual(await known.collections(alice), collections)
    const {value} = answer ? (JSON.parse(new TextDecoder().decode(answer.json)) as {value: {text: string}}) : {}
    return [value?.text, collections, reads]
  }
  assert.deepEqual(await seen(), [undefined, [], 3], 'that there is none is not held')
  await writePosts(stores, ['1'], 'a “text”')
  assert.deepEqual(await seen(), ['1 a “text”', ['a.b.post'], 5])
  assert.deepEqual(await seen(), ['1 a “text”', ['a.b.post'], 5])
  await stores.repos.setRecordTakedown(alice, 'a.b.post/1', 'why')
  assert.deepEqual((await seen())[0], undefined)
  await stores.repos.setRecordTakedown(alice, 'a.b.post/1', null)
  assert.equal((await seen())[0], '1 a “text”')
  const before = reads
  await stores.accounts.setEmail(bob, 'bob@other.test', null)
  await seen()
  assert.equal(reads, before + 2)
})

test('what a write has overtaken while it was read is not held, and what is held has a bound', async () => {
  let version = 0
  let reads = 0
  const bytes = new Uint8Array(3 + 50_000).fill(0x61)
  bytes.set([0x79, 50_000 >> 8, 50_000 & 255])
  const store = {
    version: () => version,
    async record(_: string, path: string) {
      if (reads++ === 0) version++
      return {path, cid: {toString: () => 'cid'}, bytes} as unknown as StoredRecord
    },
    collections: async () => [],
  }
  const known = new KnownAnswers(store)
  await known.record(alice, 'a')
  await known.record(alice, 'a')
  await known.record(alice, 'a')
  assert.equal(reads, 2)
  for (let i = 0; i < 100; i++) await known.record(alice, `b${i}`)
  assert.equal(reads, 102)
  await known.record(alice, 'a')
  assert.equal(reads, 103, 'others have taken its place')
})

test('what a write has overtaken is not held for those either who ask while it is read', async () => {
  let version = 0
  const asked: string[] = []
  const slow = Promise.withResolvers<void>()
  const store = {
    version: () => version,
    async record(_: string, path: string) {
      asked.push(path)
      if (asked.length === 1) await slow.promise
      return {path, cid: {toString: () => `cid ${asked.length}`}, bytes: Uint8Array.of(0xa0)} as unknown as StoredRecord
    },
    collections: async () => [],
  }
  const known = new KnownAnswers(store)
  const first = known.record(alice, 'a')
  version++
  await known.record(alice, 'b')
  slow.resolve()
  await first
  await known.record(alice, 'a')
  assert.deepEqual(asked, ['a', 'b', 'a'])
})

test('what is held is four mebibytes, counted with four hundred bytes for each answer, to the byte', async () => {
  let reads = 0
  let textSize = 60_000
  const store = {
    version: () => 7,
    async record(_: string, path: string) {
      reads++
      const bytes = new Uint8Array(3 + textSize).fill(0x61)
      bytes.set([0x79, textSize >> 8, textSize & 255])
      return {path, cid: {toString: () => 'cid'}, bytes} as unknown as StoredRecord
    },
    async collections() {
      reads++
      return ['a'.repeat(2 ** 15 - 400), 'b'.repeat(2 ** 15)] as unknown as Nsid[]
    },
  }
  const one = 'k00'
  textSize += 2 ** 16 - 400 - ((await new KnownAnswers(store).record(alice, one))?.json.length ?? 0)
  for (const read of [
    (known: KnownAnswers, i: number) => known.record(alice, `k${i}`.padEnd(one.length, 'x')),
    (known: KnownAnswers, i: number) => known.collections(`did:web:${i}` as Did),
  ]) {
    const known = new KnownAnswers(store)
    reads = 0
    for (let round = 0; round < 2; round++) for (let i = 0; i < 64; i++) await read(known, i)
    assert.equal(reads, 64, 'all of them fit')
    await read(known, 64)
    await read(known, 0)
    assert.equal(reads, 66, 'one more does not')
  }
})
