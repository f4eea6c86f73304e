/** What every blob store keeps to, as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Cid} from '#atp/data/cid.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {concatBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import type {BlobStore, StagedBlob} from './blob-store.ts'

const alice = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
const bob = parseDid(`did:web:${'Long-'.repeat(300)}.example.com%3A8080`)
const never = new AbortController().signal

async function* chunked(text: string, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = toUtf8(text)
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10)
  throw new Error('gone')
}

async function staged(store: BlobStore, did: Did, text: string): Promise<StagedBlob> {
  const blob = await store.stage(did, chunked(text), 1_000)
  assert.ok(blob !== 'too-big')
  return blob
}

async function put(store: BlobStore, did: Did, text: string): Promise<Cid> {
  const {stage, cid} = await staged(store, did, text)
  assert.equal(await store.keep(did, stage, cid), true)
  return cid
}

async function textOf(store: BlobStore, did: Did, cid: Cid): Promise<string | undefined> {
  const blob = await store.open(did, cid, never)
  if (!blob) return undefined
  const bytes = concatBytes(await Array.fromAsync(blob.body))
  assert.equal(bytes.length, blob.size)
  return new TextDecoder().decode(bytes)
}

/** `open` gives an empty store, whose clock is `now`. */
export function testBlobStore(engine: string, open: (now: () => number) => Promise<BlobStore>): void {
  suite(`blob store ${engine}`, () => {
    test('a blob is named by its bytes, and seen once it is kept', async () => {
      const store = await open(Date.now)
      const {stage, cid, size} = await staged(store, alice, 'a picture')
      assert.equal(size, 9)
      assert.ok(cid.equals(cidOf(codecs.raw, toUtf8('a picture'))))
      assert.equal(await store.open(alice, cid, never), undefined)
      assert.deepEqual(await store.list(alice, null, 10), [])
      assert.equal(await store.keep(alice, stage, cid), true)
      assert.equal(await textOf(store, alice, cid), 'a picture')
      assert.deepEqual((await store.list(alice, null, 10)).map(String), [String(cid)])
    })

    test('the same blob can be kept twice, from one stage or two', async () => {
      const store = await open(Date.now)
      const one = await staged(store, alice, 'same')
      const two = await staged(store, alice, 'same')
      assert.equal(await store.keep(alice, one.stage, one.cid), true)
      assert.equal(await store.keep(alice, one.stage, one.cid), true)
      assert.equal(await store.keep(alice, two.stage, two.cid), true)
      assert.equal((await store.list(alice, null, 10)).length, 1)
    })

    test('accounts do not see or keep each other’s blobs', async () => {
      const store = await open(Date.now)
      const cid = await put(store, alice, 'mine')
      assert.equal(await textOf(store, bob, cid), undefined)
      await put(store, bob, 'mine')
      await store.remove(alice, [cid])
      assert.equal(await textOf(store, alice, cid), undefined)
      assert.equal(await textOf(store, bob, cid), 'mine')
      const other = await staged(store, alice, 'secret')
      assert.equal(await store.keep(bob, other.stage, other.cid), false)
      assert.equal(await textOf(store, bob, other.cid), undefined)
    })

    test('a blob that is too big is refused, and no more of it read than needed', async () => {
      const store = await open(Date.now)
      let read = 0
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        for (;;) {
          read++
          yield new Uint8Array(10)
        }
      }
      assert.equal(await store.stage(alice, endless(), 95), 'too-big')
      assert.equal(read, 10)
      assert.notEqual(await store.stage(alice, chunked('12345'), 5), 'too-big')
      assert.equal(await store.sweep(-1), 1, 'only the one that was not too big')
    })

    test('a body that breaks off leaves nothing behind', async () => {
      const store = await open(Date.now)
      await assert.rejects(store.stage(alice, broken(), 100), /gone/)
      assert.equal(await store.sweep(-1), 0)
    })

    test('an empty blob is a blob', async () => {
      const store = await open(Date.now)
      assert.equal(await textOf(store, alice, await put(store, alice, '')), '')
    })

    test('a list comes in pages, in the order of the CIDs', async () => {
      const store = await open(Date.now)
      const cids: string[] = []
      for (let i = 0; i < 7; i++) cids.push(String(await put(store, alice, `blob ${i}`)))
      const listed: string[] = []
      for (let after: Cid | null = null; ;) {
        const page: readonly Cid[] = await store.list(alice, after, 3)
        if (page.length === 0) break
        assert.ok(page.length <= 3)
        listed.push(...page.map(String))
        after = page.at(-1) ?? null
      }
      assert.deepEqual(listed, cids.toSorted())
    })

    test('what was staged long ago and never kept is swept away', async () => {
      const clock = {ms: Date.now()}
      const store = await open(() => clock.ms)
      const old = await staged(store, alice, 'old')
      const kept = await put(store, alice, 'kept')
      assert.equal(await store.sweep(60_000), 0)
      clock.ms += 120_000
      assert.equal(await store.sweep(60_000), 1)
      assert.equal(await store.keep(alice, old.stage, old.cid), false)
      assert.equal(await textOf(store, alice, kept), 'kept')
    })

    test('what is not needed can be thrown away, once and again, but not what is kept', async () => {
      const store = await open(Date.now)
      const {stage, cid} = await staged(store, alice, 'needless')
      await store.discard(alice, stage)
      await store.discard(alice, stage)
      assert.equal(await store.keep(alice, stage, cid), false)
      const kept = await staged(store, alice, 'needed')
      await store.discard(bob, kept.stage)
      assert.equal(await store.keep(alice, kept.stage, kept.cid), true)
      await store.discard(alice, kept.stage)
      assert.equal(await textOf(store, alice, kept.cid), 'needed')
    })

    test('what is in quarantine is found by nobody, until it is put back or removed', async () => {
      const store = await open(Date.now)
      const cid = await put(store, alice, 'bad')
      await put(store, bob, 'bad')
      for (let i = 0; i < 2; i++) assert.equal(await store.quarantine(alice, cid), true)
      assert.deepEqual([await textOf(store, alice, cid), await store.list(alice, null, 10)], [undefined, []])
      assert.equal(await textOf(store, bob, cid), 'bad')
      const held = async (did: Did): Promise<string | undefined> => {
        const blob = await store.openQuarantined(did, cid, never)
        return blob && new TextDecoder().decode(concatBytes(await Array.fromAsync(blob.body)))
      }
      assert.deepEqual([await held(alice), await held(bob)], ['bad', undefined])
      for (let i = 0; i < 2; i++) assert.equal(await store.release(alice, cid), true)
      assert.deepEqual([await textOf(store, alice, cid), await held(alice)], ['bad', undefined])
      await store.quarantine(alice, cid)
      await store.remove(alice, [cid])
      assert.deepEqual([await store.release(alice, cid), await store.quarantine(alice, cid)], [false, false])
    })

    test('what is staged is read by who staged it', async () => {
      const store = await open(Date.now)
      const {stage, cid} = await staged(store, alice, 'waiting')
      const blob = await store.openStage(alice, stage, never)
      assert.equal(new TextDecoder().decode(concatBytes(await Array.fromAsync(blob?.body ?? []))), 'waiting')
      assert.equal(await store.openStage(bob, stage, never), undefined)
      await store.keep(alice, stage, cid)
      assert.equal(await store.openStage(alice, stage, never), undefined)
    })

    test('reading ends with its signal', async () => {
      const store = await open(Date.now)
      const cid = await put(store, alice, 'long')
      const leave = new AbortController()
      const blob = await store.open(alice, cid, leave.signal)
      leave.abort(new Error('left'))
      await assert.rejects(async () => Array.fromAsync(blob?.body ?? []), /left/)
    })
  })
}
