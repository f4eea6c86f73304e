/** What every store of repositories keeps to: a commit is all there, or nothing of it. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {realWorld} from '#std/world.ts'
import {Repos} from '../../repos/repos.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {
  alice,
  bob,
  carol,
  commit,
  commitOf,
  eventsAfter,
  type OpenStores,
  withTwo,
} from '../../../../../test/pds-stores.ts'
import {cidFor} from '../../../../../test/random.ts'
import {joined} from '../../../../../test/repos.ts'

const post = 'a.b.post' as Nsid
const like = 'app.bsky.feed.like' as Nsid
const use = {cid: cidFor('picture'), mimeType: 'image/png', size: 3}

/** `open` gives stores without accounts. */
export function testRepoStore(engine: string, open: OpenStores): void {
  suite(`repo store by ${engine}`, () => {
    test('a commit puts its records, nodes, head and event in one act', async context => {
      const stores = await withTwo(open, context)
      const {repos} = stores
      const before = (await repos.head(alice))!
      const change = await commitOf(stores, alice, [{path: 'a.b.post/1'}, {path: 'a.b.post/2'}])
      deepEqual(await repos.commit(change), {ok: true, unsettled: []})
      deepEqual(await repos.head(alice), change.head)
      const {path, cid, bytes} = change.put[0]
      deepEqual(await repos.record(alice, path), {path, cid, bytes})
      deepEqual(
        (await repos.blocks(alice, [cid, change.head.root, before.root, cidFor('nothing')])).map(block => block.cid),
        [cid, change.head.root],
      )
      deepEqual(await eventsAfter(stores), [`#commit ${alice}`])
      deepEqual(
        [await repos.record(bob, path), await repos.blocks(bob, [cid]), await repos.blocks(carol, [cid])],
        [undefined, [], []],
      )
    })

    test('a record is found by its CID for as long as it has that, also when another has it too', async context => {
      const stores = await withTwo(open, context)
      const twice = {...(await commitOf(stores, alice, [{path: 'a.b.c/1'}, {path: 'a.b.c/2'}]))}
      const [{cid, bytes}] = twice.put
      equal((await stores.repos.commit({...twice, put: twice.put.map(one => ({...one, cid, bytes}))})).ok, true)
      const found = async (of: Cid) => (await stores.repos.blocks(alice, [of])).map(block => block.bytes)
      deepEqual(await found(cid), [bytes])
      const update = await commitOf(stores, alice, [{path: 'a.b.c/1', bytes: new Uint8Array(3), isNew: false}])
      await stores.repos.commit(update)
      deepEqual([await found(cid), await found(update.put[0].cid)], [[bytes], [new Uint8Array(3)]])
      await commit(stores, alice, [], ['a.b.c/1', 'a.b.c/2'])
      deepEqual([await found(cid), await found(update.put[0].cid)], [[], []])
    })

    test('a commit that does not follow the newest one changes nothing', async context => {
      const stores = await withTwo(open, context)
      const {repos} = stores
      const [first, second] = [
        await commitOf(stores, alice, [{path: 'a.b.post/1'}]),
        await commitOf(stores, alice, [{path: 'a.b.post/2'}]),
      ]
      deepEqual(await Promise.all([repos.commit(first), repos.commit(second)]), [
        {ok: true, unsettled: []},
        {ok: false, reason: 'stale'},
      ])
      deepEqual(await repos.head(alice), first.head)
      equal(await repos.record(alice, 'a.b.post/2'), undefined)
      deepEqual(await eventsAfter(stores), [`#commit ${alice}`])
      deepEqual(await repos.commit({...first, did: carol}), {ok: false, reason: 'stale'})
      deepEqual(await repos.commit({...(await commitOf(stores, alice, [])), prev: null}), {ok: false, reason: 'stale'})
    })

    test('a commit whose blobs are not here changes nothing, and tells which', async context => {
      const stores = await withTwo(open, context)
      const before = await stores.repos.head(alice)
      const refused = await commit(stores, alice, [{path: 'a.b.post/1'}, {path: 'a.b.post/2', blobs: [use]}])
      ok(!refused.ok && refused.reason === 'blob-missing')
      deepEqual([refused.cid, await stores.repos.head(alice)], [use.cid, before])
      equal(await stores.repos.record(alice, 'a.b.post/1'), undefined)
      deepEqual(await eventsAfter(stores), [])
      await stores.blobs.add(alice, {...use, stage: 's', uploadedMs: 1})
      deepEqual(await commit(stores, alice, [{path: 'a.b.post/2', blobs: [use]}]), {ok: true, unsettled: [use.cid]})
      deepEqual(await commit(stores, alice, [], ['a.b.post/2']), {ok: true, unsettled: [use.cid]})
      equal((await stores.blobs.row(alice, use.cid))?.state, 'leaving')
    })

    test('what a like is about is known while it is there', async context => {
      const stores = await withTwo(open, context)
      const {repos} = stores
      const about = (rkey: string, subject: string, isNew = true) => {
        const record = rkey < '5' ? {subject: {uri: subject}} : {subject}
        return {path: `${like}/${rkey}`, subject, isNew, bytes: encodeCbor(record)}
      }
      await commit(stores, alice, [about('1', 'x'), about('2', 'x'), about('8', 'x')])
      await commit(stores, bob, [about('9', 'x')])
      const ofAlice = async (subject: string) => (await repos.about(alice, like, subject)).map(path => path.at(-1))
      deepEqual((await ofAlice('x')).toSorted(), ['1', '2', '8'])
      await commit(stores, alice, [about('1', 'y', false)], [`${like}/2`])
      deepEqual([await ofAlice('x'), await ofAlice('y')], [['8'], ['1']])
      await commit(stores, alice, [{path: `${like}/1`, isNew: false, bytes: encodeCbor({})}], [`${like}/8`])
      await commit(stores, alice, [], [`${like}/1`])
      deepEqual([await ofAlice('x'), await ofAlice('y')], [[], []])
      deepEqual(await repos.about(bob, like, 'x'), [`${like}/9`])
    })

    test('a page of records goes on after the one before, in either direction, and stays in its collection', async context => {
      const stores = await withTwo(open, context)
      const paths = ['a.b.aaa/k', ...['a', 'v', 'x', 'z'].map(rkey => `a.b.post/${rkey}`), 'a.b.posting/k']
      await commit(
        stores,
        alice,
        paths.map(path => ({path})),
      )
      const page = async (after: string | undefined, ascending: boolean): Promise<string> => {
        const {records, isCut} = await stores.repos.records(alice, {collection: post, after, limit: 2, ascending})
        equal(isCut, false)
        return records
          .toArray()
          .map(({path}) => path.slice('a.b.post/'.length))
          .join('')
      }
      const starts = [undefined, 'a', 'v', 'x', 'z']
      deepEqual(await Promise.all(starts.map(after => page(after, true))), ['av', 'vx', 'xz', 'z', ''])
      deepEqual(await Promise.all(starts.map(after => page(after, false))), ['zx', '', 'a', 'va', 'xv'])
      deepEqual(await stores.repos.collections(alice), ['a.b.aaa', 'a.b.post', 'a.b.posting'])
      deepEqual(await stores.repos.collections(carol), [])
    })

    test('the newest records are those of commits after a revision, the newest key first', async context => {
      const stores = await withTwo(open, context)
      const first = await commitOf(stores, alice, [{path: 'a.b.post/1'}, {path: 'a.b.post/2'}])
      await stores.repos.commit(first)
      await commit(stores, alice, [
        {path: 'a.b.post/3'},
        {path: 'a.b.like/1'},
        {path: 'a.b.post/1', isNew: false, bytes: new Uint8Array(2)},
      ])
      const recent = async (limit: number): Promise<string[]> =>
        (await stores.repos.recent(alice, post, first.head.rev, limit)).map(({path}) => path)
      deepEqual(await recent(9), ['a.b.post/3', 'a.b.post/1'])
      deepEqual(await recent(1), ['a.b.post/3'])
    })

    test('a record is taken down in one repository, at one path', async context => {
      const stores = await withTwo(open, context)
      const {repos} = stores
      const paths = ['a.b.post/1', 'a.b.post/2']
      for (const did of [alice, bob])
        await commit(
          stores,
          did,
          paths.map(path => ({path})),
        )
      const refs = async (): Promise<unknown[]> =>
        Promise.all([alice, bob].flatMap(did => paths.map(async path => (await repos.recordTakedown(did, path))?.ref)))
      deepEqual(await refs(), [null, null, null, null])
      await repos.setRecordTakedown(alice, 'a.b.post/1', 'why')
      deepEqual(await refs(), ['why', null, null, null])
      equal(await repos.record(alice, 'a.b.post/1'), undefined)
      const {records} = await repos.records(alice, {collection: post, after: undefined, limit: 9, ascending: true})
      deepEqual(
        records.toArray().map(({path}) => path),
        ['a.b.post/2'],
      )
      await commit(stores, alice, [{path: 'a.b.post/1', isNew: false, bytes: new Uint8Array(2)}])
      equal(await repos.record(alice, 'a.b.post/1'), undefined, 'changed, it stays hidden')
      await repos.setRecordTakedown(bob, 'a.b.post/1', 'too')
      await repos.setRecordTakedown(alice, 'a.b.post/1', null)
      deepEqual(await refs(), [null, null, 'too', null])
      equal(await repos.recordTakedown(alice, 'a.b.post/3'), undefined)
    })

    test('a repository goes out as a CAR that begins with its commit and holds every record, taken down or not', async context => {
      const stores = await withTwo(open, context)
      const {repos, keys, blobs} = stores
      const writer = new Repos(repos, keys, blobs, realWorld, 0, () => {})
      const write = (rkey: string) =>
        writer.write(alice, [{action: 'create', collection: post, rkey: rkey as RecordKey, record: {$type: post}}])
      ok((await write('1')).ok && (await write('2')).ok)
      await repos.setRecordTakedown(alice, 'a.b.post/1', 'why')
      const head = (await repos.head(alice))!
      const out = async (since?: typeof head.rev): Promise<(string | undefined)[]> => {
        const car = readCar(await joined(repos.export(alice, since, AbortSignal.timeout(5_000))))
        deepEqual(car.roots.map(String), [head.root.toString()])
        return [...car.blocks].map(({cid}) => cid.toString())
      }
      const paths = ['a.b.post/1', 'a.b.post/2']
      const cids = await Promise.all(paths.map(async path => (await repos.recordTakedown(alice, path))?.cid.toString()))
      const all = await out()
      deepEqual([all[0], all.length], [head.root.toString(), 3], 'the commit, one node, one record that both are')
      ok(cids.every(cid => all.includes(cid)))
      deepEqual(await out(head.rev), [])
    })
  })
}
