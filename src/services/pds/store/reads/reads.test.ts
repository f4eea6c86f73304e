/** Long reads keep to their contract on this thread and on others, and the end of a thread is nobody's but its own. */
import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {test, type TestContext} from 'node:test'
import type {Worker} from 'node:worker_threads'
import {openSqlite} from '#engines/sql/sqlite.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {alice, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import {temporaryFolder} from '../../../../../test/temporary-folder.ts'
import {pdsMigrations} from '../schema.ts'
import {sqlitePdsStores} from '../stores.sqlite.ts'
import type {PdsStores} from '../stores.ts'
import {keysOf, pageOf, testReads, writePosts} from './reads.contract.ts'
import {readsHere, type Reads} from './reads.ts'
import {readsOnThreads} from './reads.threads.ts'

const folder = temporaryFolder('reads')
const files = new WeakMap<PdsStores, Sql & {file: string}>()
let count = 0

const open: OpenStores = async context => {
  const path = join(folder, `${++count}.sqlite`)
  const sql = openSqlite(path, {migrations: pdsMigrations, durable: 'process'})
  context.after(() => sql.close())
  const stores = sqlitePdsStores(sql)
  files.set(stores, Object.assign(sql, {file: path}))
  return stores
}

interface Threaded {
  reads: Reads
  /** What this thread was asked itself. */
  here: {pages: number; exports: number}
  workers: Worker[]
  /** The names of threads that died. */
  died: unknown[]
}

/** Reads with a thread that is ready; a second is started when that one has gone. */
async function threaded(context: TestContext, stores: PdsStores): Promise<Threaded> {
  const workers: Worker[] = []
  const note = (worker: Worker): void => void workers.push(worker)
  process.on('worker', note)
  context.after(() => void process.off('worker', note))
  const here = {pages: 0, exports: 0}
  const plain = readsHere(stores.repos)
  const counted: Reads = {
    ...plain,
    page(...given) {
      here.pages++
      return plain.page(...given)
    },
    export(...given) {
      here.exports++
      return plain.export(...given)
    },
  }
  const died: unknown[] = []
  const reads = readsOnThreads(counted, files.get(stores)!.file, {
    countMax: 1,
    msBusy: 0,
    log: {error: (_, about) => void died.push(about?.thread)},
  })
  context.after(() => reads.close())
  const on = {reads, here, workers, died}
  await ready(on)
  return on
}

/** Two pages at once: the first is made here, and the other by a thread where there is one. */
const burst = (reads: Reads) => Promise.all([pageOf(reads), pageOf(reads)])

/** Resolves when a thread answers. */
async function ready({reads, here}: Threaded): Promise<void> {
  for (let before = -2; here.pages > before + 1; await sleep(2)) {
    before = here.pages
    await burst(reads)
  }
}

testReads('this thread', open, async (_, stores) => readsHere(stores.repos))
testReads('others', open, async (context, stores) => {
  const {reads, here} = await threaded(context, stores)
  here.pages = 0
  let pages = 0
  context.after(() => assert.ok(here.pages <= pages && here.exports === 0, 'threads have answered'))
  return {
    ...reads,
    async page(...given) {
      pages++
      return (await Promise.all([reads.page(...given), reads.page(...given)]))[1]
    },
  }
})

test('a thread that is killed in the middle breaks off what streams, is named, and its place is taken', async context => {
  const stores = await withTwo(open, context)
  await writePosts(stores, keysOf(150), 'x'.repeat(4_000))
  await writePosts(stores, keysOf(150, 150), 'x'.repeat(4_000))
  const on = await threaded(context, stores)
  const {reads, here, workers, died} = on
  const streaming = (async () => {
    for await (const _ of reads.export(alice, undefined, new AbortController().signal)) await workers[0].terminate()
  })()
  await assert.rejects(streaming, {name: 'ThreadDied', message: /reader 1/})
  assert.deepEqual(died, ['reader 1'])
  const before = here.pages
  for (const {records} of await burst(reads)) assert.equal(records.length, 100)
  assert.equal(here.pages - before, 2, 'until another is there, this thread answers')
  await ready(on)
  assert.equal(workers.length, 2)
})

test('pages that a killed thread had in hand are made all the same', async context => {
  const stores = await withTwo(open, context)
  await writePosts(stores, keysOf(100), 'x'.repeat(4_000))
  const {reads, here, workers} = await threaded(context, stores)
  here.pages = 0
  const pages = burst(reads)
  void workers[0].terminate()
  for (const {records} of await pages) assert.equal(records.length, 100)
  assert.equal(here.pages, 2)
})

test('after a close nothing is open: the log of changes is folded in', async context => {
  const stores = await withTwo(open, context)
  await writePosts(stores, keysOf(150), 'x'.repeat(4_000))
  await writePosts(stores, keysOf(150, 150), 'x'.repeat(4_000))
  const {reads} = await threaded(context, stores)
  const sql = files.get(stores)!
  const chunks = reads.export(alice, undefined, new AbortController().signal)[Symbol.asyncIterator]()
  await chunks.next()
  await reads.close()
  await assert.rejects(async () => {
    while (!(await chunks.next()).done);
  }, /has ended/)
  await sql.close()
  assert.equal(existsSync(`${sql.file}-wal`), false)
})

test('a thread is started when reads take a part of the time, and not for a few', async context => {
  const stores = await withTwo(open, context)
  let started = 0
  const note = (): void => void started++
  process.on('worker', note)
  context.after(() => void process.off('worker', note))
  let nowMs = performance.now()
  context.mock.method(performance, 'now', () => nowMs)
  const slow: Reads = {
    ...readsHere(stores.repos),
    async page() {
      nowMs += 12
      return new Uint8Array()
    },
  }
  const reads = readsOnThreads(slow, files.get(stores)!.file, {countMax: 1, log: {error: assert.fail}})
  context.after(() => reads.close())
  const page = {collection: 'a.b.post', after: undefined, limit: 1, ascending: true} as Parameters<Reads['page']>[1]
  await reads.page(alice, page)
  assert.equal(started, 0)
  for (let i = 0; i < 4; i++) await reads.page(alice, page)
  await new Promise(setImmediate)
  assert.equal(started, 1)
})
