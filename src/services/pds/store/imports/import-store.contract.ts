/** What every store of imports keeps to. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {Repo} from '#atp/repo/repo.ts'
import {adopt, alice, bob, commit, fill, type OpenStores, sweep, withTwo} from '../../../../../test/pds-stores.ts'
import {cidFor} from '../../../../../test/random.ts'
import {made, signingAt} from '../../../../../test/repos.ts'

const block = (i: number) => ({cid: cidFor(`block ${i}`), bytes: new Uint8Array(1_000).fill(i)})

/** `open` gives stores without accounts. */
export function testImportStore(engine: string, open: OpenStores): void {
  suite(`import store by ${engine}`, () => {
    test('what an import leaves is swept, and nothing of repositories or of imports that go on', async context => {
      const {imports, repos} = await withTwo(open, context)
      const places = [await imports.begin(), await imports.begin()]
      const early = {cid: cidFor('early'), bytes: new Uint8Array(3)}
      for (const place of places) {
        await fill(imports, place, {nodes: [early], early: [early]})
      }
      deepEqual(await imports.strays(), [])
      await imports.end(places[0])
      const {tree, spool} = places[0]
      deepEqual((await imports.strays()).toSorted(), [tree, spool].toSorted())
      await sweep({imports})
      deepEqual(await imports.strays(), [])
      equal(await imports.block(places[0], early.cid), undefined)
      deepEqual(await imports.block(places[1], early.cid), early.bytes)
      for (const did of [alice, bob]) equal((await repos.blocks(did, [(await repos.head(did))!.root])).length, 1)
    })

    test('a tree of many rows is removed in many acts, and the last says so', async context => {
      const {imports} = await withTwo(open, context)
      const place = await imports.begin()
      const nodes = Array.from({length: 2_001}, (_, i) => ({cid: cidFor(`node ${i}`), bytes: new Uint8Array(1)}))
      await fill(imports, place, {nodes})
      await imports.end(place)
      let acts = 0
      while (await imports.removeSome(place.tree)) acts++
      equal(acts, 3)
      deepEqual(await imports.strays(), [place.spool])
    })

    test('a batch has the records and early blocks that were put into it, and what it writes is found', async context => {
      const {imports} = await withTwo(open, context)
      const place = await imports.begin()
      // So many that they are written by another thread, where the engine has one.
      const batch = imports.batch(place)
      equal(batch.block(block(0).cid), undefined)
      for (let i = 0; i < 200; i++) {
        if (i % 2 === 0) batch.early(block(i))
        else batch.record({path: `a.b.c/${i}`, ...block(i), blobs: []})
        batch.lookup(block(i).cid, `a.b.c/${i}`)
      }
      equal(batch.count, 200)
      deepEqual(
        [0, 1, 199].map(i => batch.block(block(i).cid)),
        [0, 1, 199].map(i => block(i).bytes),
      )
      equal(batch.block(cidFor('another')), undefined)
      await imports.fill(batch)
      for (const i of [0, 1, 199]) deepEqual(await imports.block(place, block(i).cid), block(i).bytes)
      await imports.end(place)
    })

    test('an imported repository takes the place of its own, and is told of only where the account is active', async context => {
      const {accounts, events, imports, repos} = await withTwo(open, context)
      await accounts.deactivate(bob, 10, null, [])
      const adopted = async (did: Did): Promise<number> => {
        const before = (await events.bounds()).last
        const {repo, commit, data, rev, newBlocks} = made(Repo.create(did, signingAt(9)))
        const place = await imports.begin()
        await fill(imports, place, {nodes: newBlocks.slice(1)}, rev)
        const event = {t: '#sync', did, rev, blocks: new Uint8Array(1), time: datetimeOf(0)} as const
        const adoption = {did, place, head: {root: repo.root, data, rev}, commit, event}
        equal(await imports.adopt({...adoption, prev: cidFor('another')}), 'stale')
        equal(await imports.adopt({...adoption, prev: (await repos.head(did))!.root}), 'done')
        await imports.end(place)
        deepEqual(await repos.head(did), adoption.head)
        equal((await repos.blocks(did, [repo.root, data])).length, 2)
        return (await events.bounds()).last - before
      }
      deepEqual([await adopted(alice), await adopted(bob)], [1, 0])
    })

    test('what replaced records referred to goes as their tree is swept, but for what is used again', async context => {
      const stores = await withTwo(open, context)
      const uses = ['a', 'b'].map(name => ({cid: cidFor(name), mimeType: 'image/png', size: 1}))
      for (const use of uses) await stores.blobs.add(alice, {...use, stage: 's', uploadedMs: 1})
      await commit(stores, alice, [{path: 'a.b.c/1', blobs: uses}])
      await adopt(stores, alice, [{path: 'a.b.c/2', blobs: [uses[1]]}])
      await sweep(stores)
      const states = await Promise.all(uses.map(async ({cid}) => (await stores.blobs.row(alice, cid))?.state))
      deepEqual(states, ['leaving', 'moving'])
      const [one] = uses
      await stores.blobs.add(bob, {...one, stage: 's', uploadedMs: 1})
      await commit(stores, bob, [{path: 'a.b.c/1', blobs: [one]}])
      await adopt(stores, bob, [])
      await sweep(stores)
      equal((await stores.blobs.row(bob, one.cid))?.state, 'leaving')
      deepEqual(
        [await stores.repos.record(alice, 'a.b.c/1'), await stores.repos.collections(alice)],
        [undefined, ['a.b.c']],
      )
    })
  })
}
