/** What every engine of long reads keeps to: it shows what was written, and a whole repository is of one moment. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {readCar} from '#atp/repo/car-read.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {realWorld} from '#std/world.ts'
import {alice, bob, carol, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import {Repos} from '../../repos/repos.ts'
import type {PdsStores} from '../stores.ts'
import type {Reads} from './reads.ts'

const post = 'a.b.post' as Nsid
const never = new AbortController().signal

/** Reads of these stores, which end before they are closed. */
export type OpenReads = (context: TestContext, stores: PdsStores) => Promise<Reads>

export interface PageAnswer {
  records: {uri: string; value: {text?: string}}[]
  cursor?: string
}

export async function pageOf(reads: Reads, did = alice, limit = 100): Promise<PageAnswer> {
  const bytes = await reads.page(did, {collection: post, after: undefined, limit, ascending: true})
  return JSON.parse(new TextDecoder().decode(bytes)) as PageAnswer
}

/** Writes posts by these keys, all in one commit. */
export async function writePosts({repos, keys, blobs}: PdsStores, rkeys: readonly string[], text = ''): Promise<void> {
  const writer = new Repos(repos, keys, blobs, realWorld, 0, () => {})
  const writes = rkeys.map(rkey => ({
    action: 'create' as const,
    collection: post,
    rkey: rkey as RecordKey,
    record: {$type: post, text: `${rkey} ${text}`},
  }))
  const written = await writer.write(alice, writes)
  ok(written.ok)
}

/** So many keys, in order. */
export const keysOf = (count: number, first = 0): string[] =>
  Array.from({length: count}, (_, i) => `k${first + i}`.padEnd(5, 'x'))

/** `openStores` gives stores without accounts. */
export function testReads(engine: string, openStores: OpenStores, open: OpenReads): void {
  suite(`long reads by ${engine}`, () => {
    test('a page shows each write once it was acknowledged, and those before it', async context => {
      const stores = await withTwo(openStores, context)
      const reads = await open(context, stores)
      for (let i = 1; i <= 20; i++) {
        const rkey = String(i).padStart(2, '0')
        await writePosts(stores, [rkey], 'a “text”\n')
        const pages = await Promise.all([pageOf(reads), pageOf(reads), pageOf(reads)])
        for (const {records} of pages) {
          equal(records.length, i)
          deepEqual(records.at(-1), {
            uri: `at://${alice}/${post}/${rkey}`,
            cid: (await stores.repos.record(alice, `${post}/${rkey}`))?.cid.toString(),
            value: {$type: post, text: `${rkey} a “text”\n`},
          })
        }
      }
    })

    test('a page that is full names where the next begins, and no other repository is in it', async context => {
      const stores = await withTwo(openStores, context)
      const reads = await open(context, stores)
      await writePosts(stores, ['1', '2', '3'])
      deepEqual(
        (await Promise.all([pageOf(reads, alice, 2), pageOf(reads, alice, 4)])).map(({cursor}) => cursor),
        ['2', undefined],
      )
      for (const did of [bob, carol]) deepEqual(await pageOf(reads, did), {records: []})
      await stores.repos.setRecordTakedown(alice, `${post}/2`, 'why')
      equal((await pageOf(reads)).records.length, 2)
    })

    test('a repository that is being read when others write is that of one moment', async context => {
      const stores = await withTwo(openStores, context)
      const reads = await open(context, stores)
      for (let i = 0; i < 3; i++) await writePosts(stores, keysOf(100, i * 100), 'x'.repeat(4_000))
      const head = (await stores.repos.head(alice))!
      const chunks: Uint8Array[] = []
      for await (const chunk of reads.export(alice, undefined, never)) {
        // More than the pieces that any thread makes ahead.
        if (chunks.push(chunk) < 3) await writePosts(stores, keysOf(100, 300 + chunks.length * 100), 'y'.repeat(4_000))
      }
      ok(chunks.length > 3)
      const {roots, blocks} = readCar(Buffer.concat(chunks))
      equal(String(roots[0]), head.root.toString())
      const texts = new TextDecoder().decode(Buffer.concat([...blocks].map(({bytes}) => bytes)))
      ok(!texts.includes('y'.repeat(100)))
      equal(texts.split('x'.repeat(4_000)).length - 1, 300)
    })

    test('what is newer than a revision goes out alone, and of who is not here nothing', async context => {
      const stores = await withTwo(openStores, context)
      const reads = await open(context, stores)
      await writePosts(stores, ['1'])
      const {rev} = (await stores.repos.head(alice))!
      await writePosts(stores, ['2'])
      const out = async (did = alice, since?: typeof rev): Promise<number> =>
        Buffer.concat(await Array.fromAsync(reads.export(did, since, never))).length
      const [all, news] = [await out(), await out(alice, rev)]
      ok(news > 0 && news < all)
      equal(await out(carol), 0)
    })

    test('whoever leaves an export, by word or by signal, holds up nobody and leaves nothing open', async context => {
      const stores = await withTwo(openStores, context)
      const reads = await open(context, stores)
      await writePosts(stores, keysOf(150), 'z'.repeat(4_000))
      // More than the snapshots that there may be at a time.
      for (let i = 0; i < 70; i++) {
        const leaving = new AbortController()
        for await (const _ of reads.export(alice, undefined, leaving.signal)) {
          if (i % 2) break
          leaving.abort()
        }
      }
      equal((await pageOf(reads)).records.length, 100)
      equal((await Array.fromAsync(reads.export(alice, undefined, AbortSignal.abort()))).length, 0)
    })

    test('to close is safe twice', async context => {
      const stores = await withTwo(openStores, context)
      const reads = await open(context, stores)
      await pageOf(reads)
      await reads.close()
      await reads.close()
    })
  })
}
