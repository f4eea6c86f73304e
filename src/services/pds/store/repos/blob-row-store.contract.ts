/** What every store of blob rows keeps to: the life of a blob, beside that of the same blob of another account. */
import assert, {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {type Cid, cidOf, codecs} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import {adopt, alice, bob, commit, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {Upload} from './blob-row-store.ts'
import type {PdsStores} from '../stores.ts'

const png = 'image/png'
const cids = Array.from({length: 5}, (_, i) => cidOf(codecs.raw, Uint8Array.of(i))).toSorted((a, b) =>
  Buffer.compare(a.bytes, b.bytes),
)
const [blob] = cids
const uploadOf = (cid: Cid, more: Partial<Upload> = {}): Upload => ({
  cid,
  mimeType: png,
  size: 3,
  stage: `stage ${cids.indexOf(cid)}`,
  uploadedMs: 10,
  ...more,
})
const useOf = (cid: Cid) => ({cid, mimeType: png, size: 3})
const stateOf = async ({blobs}: PdsStores, did: Did, cid = blob): Promise<string | undefined> =>
  (await blobs.row(did, cid))?.state

/** Brings a blob of alice's, which no record uses, into a state by what leads there. */
const ways: Readonly<Record<string, (stores: PdsStores) => Promise<unknown>>> = {
  uploaded: async () => {},
  moving: stores => commit(stores, alice, [{path: 'a.b.c/1', blobs: [useOf(blob)]}]),
  async kept(stores) {
    await ways.moving(stores)
    await stores.blobs.moved(alice, blob)
  },
  async lost(stores) {
    await ways.kept(stores)
    await stores.blobs.lost(alice, blob)
  },
  async leaving(stores) {
    await ways.kept(stores)
    await commit(stores, alice, [], ['a.b.c/1'])
  },
  async barred(stores) {
    await ways.kept(stores)
    await stores.blobs.setTakedown(alice, blob, 'why')
    await commit(stores, alice, [], ['a.b.c/1'])
    await stores.blobs.gone(alice, blob)
  },
}

/** All that is told page after page of one, each asked for after the one before. */
const pages = async <T>(read: (after: T | undefined) => Promise<T[]>): Promise<T[]> => {
  const all: T[] = []
  for (let after: T | undefined; ;) {
    const page = await read(after)
    assert.ok(page.length <= 1 && all.length < 20)
    if (page.length === 0) return all
    all.push(...page)
    after = page[0]
  }
}

/** `open` gives stores without accounts. */
export function testBlobRowStore(engine: string, open: OpenStores): void {
  suite(`blob-row store by ${engine}`, () => {
    test('each step is one from the state before it alone', async context => {
      const after: Record<string, (string | undefined)[]> = {
        moved: ['uploaded', 'kept', 'kept', 'lost', 'leaving', 'barred'],
        lost: ['uploaded', 'lost', 'lost', 'lost', 'leaving', 'barred'],
        found: ['uploaded', 'moving', 'kept', 'kept', 'leaving', 'barred'],
        gone: ['uploaded', 'moving', 'kept', 'lost', undefined, 'barred'],
      }
      for (const act of ['moved', 'lost', 'found', 'gone'] as const) {
        for (const [i, [state, lead]] of Object.entries(ways).entries()) {
          const stores = await withTwo(open, context)
          for (const did of [alice, bob]) await stores.blobs.add(did, uploadOf(blob))
          await lead(stores)
          equal(await stateOf(stores, alice), state)
          await stores.blobs[act](alice, blob)
          equal(await stateOf(stores, alice), after[act][i], `${act} from ${state}`)
          equal(await stateOf(stores, bob), 'uploaded')
        }
      }
    })

    test('the newest word on a type counts, unless it says nothing, and the stage of the newest upload', async context => {
      const {blobs} = await withTwo(open, context)
      const add = (more: Partial<Upload>) => blobs.add(alice, uploadOf(blob, more))
      deepEqual(await add({}), {ok: true, mimeType: png, state: 'uploaded', needless: null})
      const gif = await add({mimeType: 'image/gif', stage: 'second'})
      deepEqual(gif, {ok: true, mimeType: 'image/gif', state: 'uploaded', needless: 'stage 0'})
      const bytes = await add({mimeType: 'application/octet-stream', stage: 'third', uploadedMs: 20})
      deepEqual(bytes, {ok: true, mimeType: 'image/gif', state: 'uploaded', needless: 'second'})
      const row = {cid: blob, mimeType: 'image/gif', size: 3, state: 'uploaded', stage: 'third', uploadedMs: 20}
      deepEqual(await blobs.row(alice, blob), {...row, takedownRef: null, quarantined: false})
      equal(await blobs.row(bob, blob), undefined)
    })

    test('an upload that records refer to already is moved at once', async context => {
      const stores = await withTwo(open, context)
      await adopt(stores, alice, [{path: 'a.b.c/1', blobs: [useOf(blob)]}])
      const moving = {ok: true, mimeType: png, state: 'moving', needless: null}
      deepEqual(await stores.blobs.add(alice, uploadOf(blob)), moving)
      deepEqual(await stores.blobs.add(bob, uploadOf(blob)), {...moving, state: 'uploaded'})
      await stores.blobs.moved(alice, blob)
      deepEqual(await stores.blobs.add(alice, uploadOf(blob, {stage: 's'})), {...moving, state: 'kept', needless: 's'})
    })

    test('a blob goes with the last record that refers to it', async context => {
      const stores = await withTwo(open, context)
      await stores.blobs.add(alice, uploadOf(blob))
      await commit(
        stores,
        alice,
        [1, 2, 3].map(i => ({path: `a.b.c/${i}`, blobs: [useOf(blob)]})),
      )
      await stores.blobs.moved(alice, blob)
      await commit(stores, alice, [{path: 'a.b.c/2', isNew: false}], ['a.b.c/1'])
      equal(await stateOf(stores, alice), 'kept')
      await commit(stores, alice, [], ['a.b.c/3'])
      equal(await stateOf(stores, alice), 'leaving')
      await stores.blobs.gone(alice, blob)
      equal(await stateOf(stores, alice), undefined)
    })

    test('a blob that was taken down is barred for its account, until it is let back', async context => {
      const stores = await withTwo(open, context)
      const {blobs} = stores
      for (const did of [alice, bob]) await blobs.add(did, uploadOf(blob))
      await blobs.setTakedown(alice, blob, 'why')
      deepEqual(await blobs.add(alice, uploadOf(blob)), {ok: false, reason: 'taken-down'})
      equal((await blobs.fault(alice, 'a.b.c/1', [useOf(blob)]))?.reason, 'blob-missing')
      equal(await blobs.fault(bob, 'a.b.c/1', [useOf(blob)]), undefined)
      await stores.accounts.remove(alice, [])
      equal(await stateOf(stores, alice), 'leaving')
      await blobs.gone(alice, blob)
      equal(await stateOf(stores, alice), 'barred', 'also of an account that is gone')
      await blobs.setTakedown(alice, blob, null)
      equal(await stateOf(stores, alice), undefined)
      await blobs.setTakedown(bob, blob, 'why')
      await blobs.setTakedown(bob, blob, null)
      equal(await stateOf(stores, bob), 'uploaded')
    })

    test('the bytes of a kept blob are to follow into quarantine, and out of it', async context => {
      const stores = await withTwo(open, context)
      const {blobs} = stores
      const due = async () => (await blobs.unsettled(undefined, 9)).map(({did, cid}) => `${did} ${cid}`)
      const mine = [`${alice} ${blob}`]
      for (const did of [alice, bob]) await blobs.add(did, uploadOf(blob))
      await blobs.setTakedown(alice, blob, 'why')
      await blobs.confined(alice, blob, true)
      deepEqual([await due(), (await blobs.row(alice, blob))?.quarantined], [[], false], 'what is staged stays there')
      await blobs.setTakedown(alice, blob, null)
      await ways.kept(stores)
      deepEqual([await blobs.isUsed(alice, blob), await blobs.isUsed(bob, blob)], [true, false])
      deepEqual([await blobs.waiting(alice), await blobs.waiting(bob)], [0, 3])
      await blobs.setTakedown(alice, blob, 'why')
      const places = async () => [await blobs.kept(alice, undefined, 9), await blobs.quarantined(alice, undefined, 9)]
      deepEqual([await due(), await places()], [mine, [[blob], []]])
      await blobs.confined(alice, blob, true)
      deepEqual([await due(), await places()], [[], [[], [blob]]])
      await blobs.setTakedown(alice, blob, null)
      deepEqual(await due(), mine)
      await blobs.confined(alice, blob, false)
      deepEqual([await due(), await stateOf(stores, alice)], [[], 'kept'])
      await blobs.setTakedown(alice, blob, 'why')
      await blobs.confined(alice, blob, true)
      await commit(stores, alice, [], ['a.b.c/1'])
      await blobs.gone(alice, blob)
      deepEqual([await stateOf(stores, alice), (await blobs.row(alice, blob))?.quarantined], ['barred', false])
    })

    test('what speaks against a record is told', async context => {
      const {blobs} = await withTwo(open, context)
      await blobs.add(alice, uploadOf(blob))
      const reason = async (more: object) => (await blobs.fault(alice, 'a.b.c/1', [{...useOf(blob), ...more}]))?.reason
      deepEqual(
        [await reason({}), await reason({size: 4}), await reason({mimeType: 'a/b'}), await reason({size: undefined})],
        [undefined, 'wrong-size', 'wrong-mime-type', 'legacy-form'],
      )
      equal(await reason({cid: cids[1]}), 'blob-missing')
    })

    test('uploads that nobody used in time lapse, some at a time', async context => {
      const stores = await withTwo(open, context)
      for (const [i, cid] of cids.entries()) await stores.blobs.add(alice, uploadOf(cid, {uploadedMs: i}))
      await commit(stores, alice, [{path: 'a.b.c/1', blobs: [useOf(cids[0])]}])
      deepEqual(
        [await stores.blobs.lapse(3, 1), await stores.blobs.lapse(3, 9), await stores.blobs.lapse(3, 9)],
        [1, 1, 0],
      )
      const states = await Promise.all(cids.map(cid => stateOf(stores, alice, cid)))
      deepEqual(states, ['moving', 'leaving', 'leaving', 'uploaded', 'uploaded'])
    })

    test('lists go on where the page before ended, each once', async context => {
      const stores = await withTwo(open, context)
      const {blobs} = stores
      for (const cid of cids) await blobs.add(alice, uploadOf(cid))
      await blobs.add(bob, uploadOf(blob))
      await commit(stores, alice, [
        {path: 'a.b.c/2', blobs: cids.slice(0, 4).map(useOf)},
        {path: 'a.b.c/1', blobs: cids.slice(0, 4).map(useOf)},
      ])
      for (const cid of cids.slice(1, 4)) await blobs.moved(alice, cid)
      await blobs.lost(alice, cids[3])
      const names = (found: readonly Cid[]): number[] => found.map(cid => cids.findIndex(one => one.equals(cid)))
      deepEqual(await pages((after: Did | undefined) => blobs.owners(after, 1)), [alice, bob])
      deepEqual(names(await pages((after: Cid | undefined) => blobs.kept(alice, after, 1))), [1, 2])
      deepEqual(names(await pages((after: Cid | undefined) => blobs.visible(alice, undefined, after, 1))), [0, 1, 2])
      deepEqual(await blobs.visible(alice, (await stores.repos.head(alice))!.rev, undefined, 9), [])
      const missing = await pages((after: {cid: Cid; path: string} | undefined) => blobs.missing(alice, after?.cid, 1))
      deepEqual(
        missing.map(({cid, path}) => [path, ...names([cid])]),
        [['a.b.c/1', 3]],
      )
      type Unsettled = {did: Did; cid: Cid}
      const unsettled = async (): Promise<unknown[]> => {
        const found = await pages((after: Unsettled | undefined) => blobs.unsettled(after, 1))
        return found.map(({did, cid}) => [did, ...names([cid])])
      }
      deepEqual(await unsettled(), [[alice, 0]])
      await blobs.setTakedown(alice, cids[1], 'why')
      deepEqual(
        await unsettled(),
        [0, 1].map(i => [alice, i]),
        'what is to be put aside, too',
      )
      deepEqual(names(await blobs.visible(alice, undefined, undefined, 9)), [0, 2])
      deepEqual([await blobs.missing(bob, undefined, 9), await blobs.visible(bob, undefined, undefined, 9)], [[], []])
    })
  })
}
