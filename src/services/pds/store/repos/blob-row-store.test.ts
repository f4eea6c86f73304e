/**
 * What SQLite's acts do to the rows of blobs as parts of other acts, beside another account's row of the same blob that
 * nothing touches. What any engine keeps to is in the contract.
 */
import assert, {deepEqual, equal} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {pdsRepo} from '../../../../../test/pds-repo.ts'
import {testDid as alice} from '../../../../../test/repos.ts'
import type {BlobUse} from '#atp/data/blob-uses.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {type Cid, cidOf, codecs} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import {type Did, parseDid} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {addUses, letAllGo, letGo, removeUses, take, takeUsed} from './blob-row-store.sqlite.ts'
import type {BlobRowStore, Upload} from './blob-row-store.ts'

const zoe = parseDid('did:web:zoe.test')
const cids = Array.from({length: 5}, (_, i) => cidOf(codecs.raw, Uint8Array.of(i))).toSorted((a, b) =>
  Buffer.compare(a.bytes, b.bytes),
)
const [blob, other] = cids
const png = 'image/png'
const uploadOf = (cid: Cid, more: Partial<Upload> = {}): Upload => ({
  cid,
  mimeType: png,
  size: 3,
  stage: `stage ${cids.indexOf(cid)}`,
  uploadedMs: 10,
  ...more,
})
const useOf = (cid: Cid, more: Partial<BlobUse> = {}): BlobUse => ({cid, mimeType: png, size: 3, ...more})

interface Opened {
  sql: Sql
  rows: BlobRowStore
  /** Of alice's repository. */
  tree: number
  use(path: string, ...used: Cid[]): Promise<void>
  stateOf(cid: Cid, did?: Did): Promise<string | undefined>
}

async function opened(context: TestContext): Promise<Opened> {
  const {sql, blobRows: rows} = await pdsRepo(context)
  const tree = sql.read(tx => tx.get<{tree: number}>('SELECT tree FROM repo'))!.tree
  for (const cid of [blob, other]) equal((await rows.add(zoe, uploadOf(cid))).ok, true)
  return {
    sql,
    rows,
    tree,
    use: (path, ...used) =>
      sql.write(tx =>
        addUses(
          tx,
          tree,
          path,
          tidOf(5, 0),
          used.map(cid => useOf(cid)),
        ),
      ),
    stateOf: async (cid, did = alice) => (await rows.row(did, cid))?.state,
  }
}

test('an upload waits until a record refers to it, and its newest type counts unless it says nothing', async context => {
  const {sql, rows, stateOf} = await opened(context)
  const add = (more: Partial<Upload>) => rows.add(alice, uploadOf(blob, more))
  deepEqual(await add({}), {ok: true, mimeType: png, state: 'uploaded', needless: null})
  const gif = await add({mimeType: 'image/gif', stage: 'second'})
  deepEqual(gif, {ok: true, mimeType: 'image/gif', state: 'uploaded', needless: 'stage 0'})
  const bytes = await add({mimeType: 'application/octet-stream', stage: 'third', uploadedMs: 20})
  deepEqual(bytes, {ok: true, mimeType: 'image/gif', state: 'uploaded', needless: 'second'})
  deepEqual(await rows.row(alice, blob), {
    cid: blob,
    mimeType: 'image/gif',
    size: 3,
    state: 'uploaded',
    stage: 'third',
    uploadedMs: 20,
    takedownRef: null,
    quarantined: false,
  })
  deepEqual(await rows.add(alice, uploadOf(other, {mimeType: 'application/octet-stream'})), {
    ok: true,
    mimeType: 'application/octet-stream',
    state: 'uploaded',
    needless: null,
  })

  equal(await sql.write(tx => take(tx, alice, blob.bytes)), true)
  equal(await sql.write(tx => take(tx, alice, blob.bytes)), false, 'on its way already')
  const again = await add({mimeType: png, stage: 'fourth'})
  deepEqual(again, {ok: true, mimeType: png, state: 'kept', needless: 'fourth'})
  deepEqual([(await rows.row(alice, blob))?.mimeType, (await rows.row(alice, blob))?.stage], [png, 'third'])
  await rows.moved(alice, blob)
  equal((await rows.row(alice, blob))?.stage, null)
  const kept = await add({mimeType: 'image/webp', stage: 'fifth'})
  deepEqual(kept, {ok: true, mimeType: 'image/webp', state: 'kept', needless: 'fifth'})
  deepEqual([await stateOf(blob), await stateOf(other), await stateOf(blob, zoe)], ['kept', 'uploaded', 'uploaded'])
  equal((await rows.row(zoe, blob))?.mimeType, png)
})

test('a blob goes with the last record that refers to it', async context => {
  const {sql, rows, tree, use, stateOf} = await opened(context)
  for (const cid of [blob, other]) await rows.add(alice, uploadOf(cid))
  await use('a.b.c/1', blob, other)
  await use('a.b.c/1', blob)
  await use('a.b.c/2', blob)
  await sql.write(tx => takeUsed(tx, alice, tree))
  deepEqual([await stateOf(blob), await stateOf(blob, zoe)], ['moving', 'uploaded'])
  await rows.moved(alice, blob)
  const remove = (path: string): Promise<boolean[]> =>
    sql.write(tx => {
      const used = removeUses(tx, tree, path).toSorted(Buffer.compare)
      return used.map(cid => letGo(tx, alice, tree, cid))
    })
  deepEqual(await remove('a.b.c/1'), [false, true])
  deepEqual([await stateOf(blob), await stateOf(other)], ['kept', 'leaving'])
  deepEqual(await remove('a.b.c/1'), [])
  deepEqual(await remove('a.b.c/2'), [true])
  equal(await stateOf(blob), 'leaving')
  equal(await sql.write(tx => letGo(tx, alice, tree, blob.bytes)), false, 'it leaves already')
  await rows.gone(alice, blob)
  deepEqual([await stateOf(blob), await stateOf(other), await stateOf(blob, zoe)], [undefined, 'leaving', 'uploaded'])
})

test('an imported repository takes only what it uses, and what is not taken already', async context => {
  const {sql, rows, tree, use, stateOf} = await opened(context)
  for (const cid of cids) await rows.add(alice, uploadOf(cid))
  await use('a.b.c/1', cids[0], cids[1])
  await sql.write(tx => take(tx, alice, cids[1].bytes))
  await rows.moved(alice, cids[1])
  await sql.write(tx => takeUsed(tx, alice, tree + 1))
  equal(await stateOf(cids[0]), 'uploaded')
  await sql.write(tx => takeUsed(tx, alice, tree))
  deepEqual(await Promise.all(cids.slice(0, 3).map(cid => stateOf(cid))), ['moving', 'kept', 'uploaded'])
})

test('a blob that was taken down is barred for its account, until it is let back', async context => {
  const {sql, rows, stateOf} = await opened(context)
  await rows.add(alice, uploadOf(blob))
  await rows.add(alice, uploadOf(other))
  await rows.setTakedown(alice, blob, 'why')
  deepEqual(await rows.add(alice, uploadOf(blob)), {ok: false, reason: 'taken-down'})
  deepEqual([(await rows.row(alice, other))?.takedownRef, (await rows.row(zoe, blob))?.takedownRef], [null, null])
  await sql.write(tx => letAllGo(tx, alice))
  deepEqual(await Promise.all([blob, other].map(cid => stateOf(cid))), ['leaving', 'leaving'])
  for (const cid of [blob, other]) await rows.gone(alice, cid)
  deepEqual(await Promise.all([blob, other].map(cid => stateOf(cid))), ['barred', undefined])
  equal((await rows.row(alice, blob))?.stage, null)
  await sql.write(tx => letAllGo(tx, alice))
  equal(await stateOf(blob), 'barred')
  await rows.setTakedown(alice, blob, null)
  equal(await stateOf(blob), undefined)
  equal(await stateOf(blob, zoe), 'uploaded')
  await rows.setTakedown(zoe, blob, 'why')
  await rows.setTakedown(zoe, blob, null)
  equal(await stateOf(blob, zoe), 'uploaded')
})

test('a blob that never was here is barred by a word too, whose reason may change, until the word is taken back', async context => {
  const {rows, stateOf} = await opened(context)
  for (const reason of ['why', 'because']) {
    await rows.setTakedown(alice, blob, reason)
    deepEqual([await stateOf(blob), (await rows.row(alice, blob))?.takedownRef], ['barred', reason])
    deepEqual(await rows.add(alice, uploadOf(blob)), {ok: false, reason: 'taken-down'})
  }
  equal(await stateOf(blob, zoe), 'uploaded')
  await rows.setTakedown(alice, blob, null)
  equal((await rows.add(alice, uploadOf(blob))).ok, true)
  await rows.add(alice, uploadOf(other, {size: 4}))
  deepEqual([await rows.waiting(alice), await rows.waiting(zoe)], [7, 6])
  await rows.setTakedown(alice, other, 'why')
  await rows.setTakedown(alice, other, null)
  equal(await stateOf(other), 'uploaded')
})

const record = (use: BlobUse): Value => ({
  $type: 'a.b.c',
  image: {$type: 'blob', ref: use.cid, mimeType: use.mimeType, size: use.size ?? 0},
})

test('what speaks against a record is told, but for what it said before', async context => {
  const {sql, rows, tree} = await opened(context)
  const faultOf = async (use: BlobUse, path = 'a.b.c/1', did = alice) => (await rows.fault(did, path, [use]))?.reason
  equal(await faultOf(useOf(blob)), 'blob-missing')
  equal(await faultOf(useOf(blob), 'a.b.c/1', zoe), undefined, 'who has no repository')
  await rows.add(alice, uploadOf(blob))
  equal(await faultOf(useOf(blob)), undefined)
  equal(await faultOf(useOf(blob, {size: undefined})), 'legacy-form')
  equal(await faultOf(useOf(blob, {mimeType: 'image/gif'})), 'wrong-mime-type')
  equal(await faultOf(useOf(blob, {size: 4})), 'wrong-size')
  equal((await rows.fault(alice, 'a.b.c/1', [useOf(blob), useOf(other)]))?.cid, other)
  equal(await rows.fault(alice, 'a.b.c/1', []), undefined)

  const stood = useOf(blob, {mimeType: 'image/gif', size: 9})
  await sql.write(tx => {
    const text = `INSERT INTO record (tree, path, cid, rev, bytes) VALUES (?, 'a.b.c/1', ?, '3jui7kd54zh2y', ?)`
    tx.run(text, tree, cids[4].bytes, encodeCbor(record(stood)))
  })
  equal(await faultOf(stood), undefined)
  equal(await faultOf(stood, 'a.b.c/2'), 'wrong-mime-type')
  equal(await faultOf({...stood, size: 8}), 'wrong-mime-type')
  equal(await faultOf({...stood, mimeType: 'image/webp'}), 'wrong-mime-type')
  equal(await faultOf({...stood, cid: other}), 'blob-missing')
  equal(await faultOf({...stood, size: undefined}), 'legacy-form')
  // One of two that the record refers to, and of the right type.
  const large = useOf(blob, {size: 9})
  await sql.write(tx => {
    const both = {$type: 'a.b.c', images: [useOf(other), large].map(use => (record(use) as {image: Value}).image)}
    tx.run(`UPDATE record SET bytes = ? WHERE path = 'a.b.c/1'`, encodeCbor(both))
  })
  equal(await faultOf(large), undefined)
  equal(await faultOf(large, 'a.b.c/2'), 'wrong-size')
  await sql.write(tx => {
    tx.run(`UPDATE record SET bytes = ? WHERE path = 'a.b.c/1'`, encodeCbor(record(stood)))
  })
  for (const state of ['leaving', 'lost']) {
    await sql.write(tx => {
      tx.run('UPDATE blob SET state = ? WHERE did = ?', state, alice)
    })
    equal(await faultOf(useOf(blob)), 'blob-missing', state)
    equal(await faultOf(stood), undefined, state)
  }
  await sql.write(tx => {
    tx.run(`UPDATE blob SET state = 'kept' WHERE did = ?`, alice)
  })
  await rows.setTakedown(alice, blob, 'why')
  equal(await faultOf(useOf(blob)), 'blob-missing')
  equal(await faultOf(stood), 'blob-missing', 'what was taken down may not stay')
})

/** All pages of `size`, each asked for after the last of the one before. */
async function pagesOf<T>(read: (after: T | undefined, limit: number) => Promise<T[]>, size: number): Promise<T[]> {
  const all: T[] = []
  for (let after: T | undefined; ;) {
    const page = await read(after, size)
    assert.ok(page.length <= size, `${page.length} of at most ${size}`)
    if (page.length === 0) return all
    all.push(...page)
    after = page.at(-1)
    assert.ok(all.length < 100)
  }
}
const names = (found: readonly Cid[]): number[] => found.map(cid => cids.findIndex(one => one.equals(cid)))

test('lists go on where the page before ended', async context => {
  const {sql, rows, use} = await opened(context)
  for (const cid of cids) await rows.add(alice, uploadOf(cid))
  const set = (did: Did, cid: Cid, state: string): Promise<void> =>
    sql.write(tx => {
      tx.run('UPDATE blob SET state = ? WHERE did = ? AND cid = ?', state, did, cid.bytes)
    })
  deepEqual(await pagesOf((after: Did | undefined, limit) => rows.owners(after, limit), 1), [alice, zoe])
  deepEqual(await rows.unsettled(undefined, 9), [])
  for (const [i, state] of ['moving', 'kept', 'kept', 'leaving', 'lost'].entries()) await set(alice, cids[i], state)
  await set(zoe, blob, 'leaving')
  type Unsettled = Awaited<ReturnType<BlobRowStore['unsettled']>>[number]
  const unsettled = await pagesOf((after: Unsettled | undefined, limit) => rows.unsettled(after, limit), 1)
  deepEqual(
    unsettled.map(({did, cid}) => [did, ...names([cid])]),
    [
      [alice, 0],
      [alice, 3],
      [zoe, 0],
    ],
  )
  deepEqual(names(await pagesOf((after: Cid | undefined, limit) => rows.kept(alice, after, limit), 1)), [1, 2])

  await use('a.b.c/1', ...cids)
  await use('a.b.c/2', ...cids)
  const visible = (since?: number): Promise<Cid[]> =>
    pagesOf(
      (after: Cid | undefined, limit) =>
        rows.visible(alice, since === undefined ? undefined : tidOf(since, 0), after, limit),
      2,
    )
  deepEqual([names(await visible()), names(await visible(4)), names(await visible(5))], [[0, 1, 2], [0, 1, 2], []])
  await rows.setTakedown(alice, cids[1], 'why')
  await rows.setTakedown(alice, cids[4], 'why')
  deepEqual(names(await visible()), [0, 2])
  deepEqual(
    (await rows.missing(alice, undefined, 9)).map(({cid, path}) => [path, ...names([cid])]),
    [['a.b.c/1', 3]],
  )
  deepEqual(await rows.visible(zoe, undefined, undefined, 9), [])
})
