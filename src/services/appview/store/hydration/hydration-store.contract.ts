/** What every store of hydration keeps to: what is read with a record, and that what was read is read anew. */
import assert, {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {parseCid} from '#atp/data/cid.ts'
import {
  anyCid,
  fill,
  type Filled,
  linkOf,
  type OpenAppViewStores,
  ref,
  startMs,
} from '../../../../../test/appview-stores.ts'
import type {Wanted} from '../../hydration/hydration.ts'
import {ageMaxMs} from '../memory.ts'

const readAll = async ({stores}: Filled, viewer: string | undefined, wanted: Wanted) =>
  stores.hydration.hydrate(viewer, wanted)

/** `open` gives empty stores. */
export function testHydrationStore(engine: string, open: OpenAppViewStores): void {
  const rule = (name: string, check: (filled: Filled) => Promise<void>): void =>
    void test(name, {timeout: 60_000}, async context => check(await fill(open, context)))

  suite(`hydration store by ${engine}`, () => {
    rule('an account is found by its DID and by its confirmed handle, in any case', async filled => {
      const {stores, alice, apply, handle} = filled
      await apply(alice.commit({}))
      const id = await stores.hydration.actorId(alice.did)
      assert(id !== undefined)
      equal(await stores.hydration.actorId('alice.test'), undefined)
      await handle(alice, 'alice.test')
      equal(await stores.hydration.actorId('Alice.test'), id)
      await handle(alice, null)
      equal(await stores.hydration.actorId('alice.test'), undefined)
      equal(await stores.hydration.actorId('did:web:nobody.test'), undefined)
    })

    rule('records are found by their URIs, with the DID or the handle that their author has', async filled => {
      const {stores, alice, bob, handle, post} = filled
      const uri = await post(alice)
      await handle(alice, 'name.test')
      const byHandle = uri.replace(alice.did, 'name.test')
      const find = (...uris: string[]) => stores.hydration.recordIds(uris)
      const id = (await find(uri)).get(uri)
      assert(id !== undefined)
      deepEqual(
        [...(await find(byHandle, uri))].toSorted(),
        [
          [uri, id],
          [byHandle, id],
        ].toSorted(),
      )
      await post(bob)
      await handle(bob, 'name.test')
      deepEqual([...(await find(byHandle, 'at://name.test', 'at://did:web:nobody.test/a/b'))], [])
    })

    rule('a viewer’s last commit is told, and none of who has none', async ({stores, alice, apply}) => {
      const commit = alice.commit({})
      await apply(commit)
      equal(await stores.hydration.rev(alice.did), commit.rev)
      equal(await stores.hydration.rev(undefined), null)
      equal(await stores.hydration.rev('did:web:nobody.test'), null)
    })

    rule('a record comes with its author, and is shown at the earlier of its times', async filled => {
      const {alice, put, recordId} = filled
      const [claimed, future] = ['2020-01-01T00:00:00.000Z', '2036-01-01T00:00:00.000Z']
      const uris = [
        await put(alice, 'feed.post', {text: 'a', createdAt: claimed}),
        await put(alice, 'feed.post', {text: 'b', createdAt: future}),
      ]
      const ids = await Promise.all(uris.map(recordId))
      const read = await readAll(filled, undefined, {records: ids})
      equal(read.records.get(ids[0])?.indexedAt, claimed)
      assert((read.records.get(ids[1])?.sortMs ?? Infinity) <= startMs)
      deepEqual(
        [...read.actors.values()].map(({did}) => did),
        [alice.did],
      )
    })

    rule('what is gone is not read', async filled => {
      const {alice, post, remove, recordId} = filled
      const uri = await post(alice)
      const id = await recordId(uri)
      equal((await readAll(filled, undefined, {records: [id, 9999]})).records.size, 1)
      await remove(alice, uri)
      equal((await readAll(filled, undefined, {records: [id, 9999]})).records.size, 0)
    })

    rule('what a post embeds is read with it, two deep', async filled => {
      const {alice, bob, carol, post, quote, recordId} = filled
      const first = await post(alice)
      const second = await quote(bob, first)
      const third = await quote(carol, second)
      const fourth = await quote(alice, third)
      const read = await readAll(filled, undefined, {records: [await recordId(fourth)]})
      equal(read.embedded(third)?.did, carol.did)
      equal(read.embedded(second)?.did, bob.did)
      equal(read.embedded(first), undefined)
    })

    rule('what replies answer is read where it is asked for', async filled => {
      const {alice, bob, carol, post, reply, recordId} = filled
      const root = await post(alice)
      const answer = await reply(bob, root)
      const below = await reply(carol, root, answer)
      const [id, rootId, parentId] = await Promise.all([below, root, answer].map(recordId))
      const read = await readAll(filled, undefined, {records: [id], withReplied: true})
      deepEqual([...read.records.keys()].toSorted(), [id, rootId, parentId].toSorted())
      equal(read.actorByDid(alice.did)?.did, alice.did)
      assert(!(await readAll(filled, undefined, {records: [id]})).records.has(parentId))
    })

    rule('the gates before a post are read with it, and the lists that they let in', async filled => {
      const {alice, bob, list, listed, post, put, recordId} = filled
      const [uri, some] = [await post(alice), await list(alice)]
      await listed(alice, some, bob)
      const allow = [{$type: 'app.bsky.feed.threadgate#listRule', list: some}]
      const gate = await put(alice, 'feed.threadgate', {post: uri, allow}, uri.split('/')[4])
      await post(bob)
      const read = await readAll(filled, bob.did, {records: [await recordId(uri)]})
      equal(read.records.get(await recordId(uri))?.threadgate, await recordId(gate))
      equal(read.embedded(some)?.uri, some)
      deepEqual([...read.onLists], [some])
      deepEqual([...(await readAll(filled, undefined, {records: [await recordId(uri)]})).onLists], [])
    })

    rule('how the viewer stands to accounts is read: follows, blocks, mutes', async filled => {
      const {stores, alice, bob, carol, follow, block, actorId} = filled
      const [out, back, blocked] = [await follow(alice, bob), await follow(bob, alice), await block(carol, alice)]
      const [b, c] = [await actorId(bob.did), await actorId(carol.did)]
      await stores.private.mute(alice.did, b, {onlyReposts: true})
      const read = await readAll(filled, alice.did, {actors: [b, c]})
      const {following, followedBy, muted} = read.relations.get(b) ?? {}
      deepEqual([following, followedBy, muted], [out, back, 'reposts'])
      equal(read.relations.get(c)?.blockedBy, true)
      equal(
        (await readAll(filled, carol.did, {actors: [await actorId(alice.did)]})).relations.values().next().value
          ?.blocking,
        blocked,
      )
      equal((await readAll(filled, undefined, {actors: [b, c]})).relations.size, 0)
    })

    rule('blocks and mutes by lists count while the list is there, and meant for it', async filled => {
      const {stores, alice, bob, carol, list, listed, put, remove, actorId, recordId} = filled
      const [moderating, curating] = [await list(alice, 'modlist'), await list(alice, 'curatelist')]
      await listed(alice, moderating, bob)
      await listed(alice, curating, carol)
      for (const uri of [moderating, curating]) await put(alice, 'graph.listblock', {subject: uri})
      await stores.private.mark('list_mute', alice.did, linkOf(moderating), true)
      const [b, c] = [await actorId(bob.did), await actorId(carol.did)]
      const relation = async (id: number) => (await readAll(filled, alice.did, {actors: [b, c]})).relations.get(id)
      const id = await recordId(moderating)
      deepEqual([(await relation(b))?.blockingByList, (await relation(b))?.mutedByList], [id, id])
      equal((await relation(c))?.blockingByList, undefined)
      equal(
        (await readAll(filled, bob.did, {actors: [await actorId(alice.did)]})).relations.values().next().value
          ?.blockedByList,
        true,
      )
      await remove(alice, moderating)
      deepEqual([(await relation(b))?.blockingByList, (await relation(b))?.mutedByList], [undefined, undefined])
    })

    rule('a list of who is taken down counts for nobody', async filled => {
      const {stores, alice, bob, carol, apply, account, list, listed, actorId} = filled
      const some = await list(carol, 'modlist')
      await listed(carol, some, bob)
      await stores.private.mark('list_mute', alice.did, linkOf(some), true)
      const b = await actorId(bob.did)
      const muted = async () => (await readAll(filled, alice.did, {actors: [b]})).relations.get(b)?.mutedByList
      assert(await muted())
      await apply(account(carol, false, 'takendown'))
      equal(await muted(), undefined)
    })

    rule('what the viewer did with records is read: likes, reposts, bookmarks, muted threads', async filled => {
      const {stores, alice, bob, post, like, repost, recordId} = filled
      const uri = await post(bob)
      const [liked, shared, id] = [await like(alice, uri), await repost(alice, uri), await recordId(uri)]
      await stores.private.bookmark(alice.did, linkOf(uri), anyCid)
      await stores.private.mark('thread_mute', alice.did, linkOf(uri), true)
      const read = await readAll(filled, alice.did, {records: [id]})
      deepEqual({...read.marks.get(id)}, {like: liked, repost: shared, bookmarked: true})
      deepEqual([...read.mutedThreads], [id])
      equal(read.records.get(id)?.bookmarks, 1)
      equal((await readAll(filled, bob.did, {records: [id]})).marks.get(id)?.like, undefined)
    })

    rule('a block between whoever meets on a page is read', async filled => {
      const {alice, bob, carol, block, post, quote, recordId, actorId} = filled
      await block(alice, bob)
      const [a, b, c] = await Promise.all([alice, bob, carol].map(({did}) => actorId(did)))
      const met = await readAll(filled, undefined, {actors: [b, c], meetingActor: a})
      deepEqual([met.areBlocked(a, b), met.areBlocked(b, a), met.areBlocked(a, c)], [true, true, false])
      const quoting = await recordId(await quote(bob, await post(alice)))
      equal((await readAll(filled, undefined, {records: [quoting]})).areBlocked(a, b), true)
    })

    rule('a list is as long as it is, and a starter pack has whom it brought', async filled => {
      const {alice, bob, list, listed, put, profile, recordId} = filled
      const some = await list(alice)
      await listed(alice, some, bob)
      const pack = await put(alice, 'graph.starterpack', {name: 'pack', list: some})
      await profile(bob, {joinedViaStarterPack: ref(pack)})
      const [listId, packId] = [await recordId(some), await recordId(pack)]
      const read = await readAll(filled, alice.did, {records: [listId, packId]})
      deepEqual(read.lists.get(listId), {size: 1, isMuted: false, blocking: undefined})
      equal(read.records.get(packId)?.joined, 1)
    })

    rule('what was read is read anew as soon as it has changed', async filled => {
      const {stores, alice, bob, profile, post, like, follow, remove, actor, record, actorId} = filled
      await profile(alice, {displayName: 'old'})
      const uri = await post(alice)
      const seen = async () => [(await actor(alice))?.profile?.displayName, (await record(uri))?.likes]
      deepEqual(await seen(), ['old', 0])
      await profile(alice, {displayName: 'new'})
      await like(bob, uri)
      deepEqual(await seen(), ['new', 1])
      await stores.private.bookmark(bob.did, linkOf(uri), anyCid)
      equal((await record(uri))?.bookmarks, 1)
      const following = async () =>
        (await readAll(filled, bob.did, {actors: [await actorId(alice.did)]})).relations.values().next().value
          ?.following
      equal(await following(), undefined)
      const follows = await follow(bob, alice)
      equal(await following(), follows)
      await remove(bob, follows)
      equal(await following(), undefined)
    })

    rule('what another process has changed is read a second later at most', async filled => {
      const {beside, alice, bob, profile, post, like, actor, record, wait} = filled
      await profile(alice, {displayName: 'old'})
      const uri = await post(alice)
      const seen = async () => [(await actor(alice, beside))?.profile?.displayName, (await record(uri, beside))?.likes]
      deepEqual(await seen(), ['old', 0])
      await profile(alice, {displayName: 'new'})
      await like(bob, uri)
      wait(ageMaxMs)
      deepEqual(await seen(), ['new', 1])
    })

    rule('a picture is named for as long as a record of the account names it', async filled => {
      const {stores, alice, bob, post, profile, actorId} = filled
      const cid = parseCid('bafkreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm')
      await profile(alice, {avatar: {$type: 'blob', ref: cid, mimeType: 'image/png', size: 10}})
      await post(bob)
      const named = async (did: string) => stores.hydration.isPictureNamed(await actorId(did), cid)
      deepEqual([await named(alice.did), await named(bob.did)], [true, false])
      await profile(alice, {})
      equal(await named(alice.did), false)
    })
  })
}
