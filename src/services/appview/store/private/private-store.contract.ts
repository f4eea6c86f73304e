/** What every store of private state keeps to: nobody’s is touched by another’s, and twice is once. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Tid} from '#atp/syntax/tid.ts'
import {anyCid, fill, type Filled, linkOf, newest, type OpenAppViewStores} from '../../../../../test/appview-stores.ts'
import {draftsMax, type PrivateList} from './private-store.ts'

const kept = async ({stores}: Filled, what: PrivateList, viewer: Filled['alice']): Promise<number[]> =>
  (await stores.private.page(what, viewer.did, newest, 10)).map(({id}) => id)

/** `open` gives empty stores. */
export function testPrivateStore(engine: string, open: OpenAppViewStores): void {
  const rule = (name: string, check: (filled: Filled) => Promise<void>): void =>
    void test(name, {timeout: 20_000}, async context => check(await fill(open, context)))

  suite(`private store by ${engine}`, () => {
    rule('a mute is of one viewer, and a new scope takes the place of the last', async filled => {
      const {stores, alice, bob, carol, post, actorId} = filled
      for (const author of [bob, carol]) await post(author)
      const [b, c] = [await actorId(bob.did), await actorId(carol.did)]
      await stores.private.mute(alice.did, b, {})
      await stores.private.mute(alice.did, b, {})
      await stores.private.mute(alice.did, c, {onlyQuoteposts: true})
      deepEqual(await kept(filled, 'mutes', alice), [b])
      deepEqual(await kept(filled, 'mutes', bob), [])
      await stores.private.mute(alice.did, c, {})
      deepEqual((await kept(filled, 'mutes', alice)).toSorted(), [b, c].toSorted())
      await stores.private.unmute(alice.did, b)
      await stores.private.unmute(alice.did, b)
      deepEqual(await kept(filled, 'mutes', alice), [c])
    })

    rule('a page is newest first, and goes on where the last ended', async filled => {
      const {stores, alice, bob, carol, post, actorId, wait} = filled
      const ids: number[] = []
      for (const author of [bob, carol]) {
        await post(author)
        ids.push(await actorId(author.did))
        await stores.private.mute(alice.did, ids[ids.length - 1], {})
        wait(1000)
      }
      const [first] = await stores.private.page('mutes', alice.did, newest, 1)
      const [second] = await stores.private.page('mutes', alice.did, first, 1)
      deepEqual([first.id, second.id], ids.toReversed())
      deepEqual(await stores.private.page('mutes', alice.did, second, 1), [])
    })

    rule('of what came at one time each is on one page', async filled => {
      const {stores, alice, bob, carol, post, actorId} = filled
      const ids: number[] = []
      for (const author of [bob, carol]) {
        await post(author)
        ids.push(await actorId(author.did))
        await stores.private.mute(alice.did, ids[ids.length - 1], {})
      }
      const [first] = await stores.private.page('mutes', alice.did, newest, 1)
      const [second] = await stores.private.page('mutes', alice.did, first, 1)
      deepEqual([first.id, second.id].toSorted(), ids.toSorted())
    })

    rule('a list and a thread are muted before they are seen, and no longer', async filled => {
      const {stores, alice, bob, list, recordId} = filled
      const uri = await list(bob, 'modlist')
      const unseen = bob.uri('app.bsky.graph.list', 700)
      for (const one of [uri, unseen, uri]) await stores.private.mark('list_mute', alice.did, linkOf(one), true)
      deepEqual((await kept(filled, 'listMutes', alice)).length, 2)
      await stores.private.mark('list_mute', alice.did, linkOf(unseen), false)
      deepEqual(await kept(filled, 'listMutes', alice), [await recordId(uri)])
      await stores.private.mark('thread_mute', alice.did, linkOf(bob.uri('app.bsky.feed.post', 1)), false)
    })

    rule('a bookmark counts once for its post, and is kept when the post has gone', async filled => {
      const {stores, alice, bob, post, remove, record} = filled
      const uri = await post(bob)
      const all = async () => (await stores.private.bookmarks(alice.did, newest, 9)).map(one => [one.uri, one.cid])
      for (const _ of [1, 2]) await stores.private.bookmark(alice.did, linkOf(uri), anyCid)
      deepEqual([await all(), (await record(uri))?.bookmarks], [[[uri, anyCid]], 1])
      for (const _ of [1, 2]) await stores.private.bookmark(alice.did, linkOf(uri), undefined)
      deepEqual([await all(), (await record(uri))?.bookmarks], [[], 0])
      await stores.private.bookmark(alice.did, linkOf(uri), anyCid)
      await remove(bob, uri)
      deepEqual(await all(), [[uri, anyCid]])
      deepEqual(await stores.private.bookmarks(bob.did, newest, 9), [])
    })

    rule('a wish to hear of posts holds until it is for nothing', async filled => {
      const {stores, alice, bob, actorId} = filled
      await stores.private.subscribe(alice.did, bob.did, {post: true, reply: false})
      const b = await actorId(bob.did)
      const wish = async () => (await stores.hydration.hydrate(alice.did, {actors: [b]})).relations.get(b)?.subscription
      deepEqual([await kept(filled, 'subscriptions', alice), await wish()], [[b], {post: true, reply: false}])
      await stores.private.subscribe(alice.did, bob.did, {post: false, reply: false})
      deepEqual([await kept(filled, 'subscriptions', alice), await wish()], [[], undefined])
    })

    rule('what was seen last is kept, as it was said last', async ({stores, alice, bob}) => {
      equal(await stores.private.seenMs(alice.did), undefined)
      await stores.private.setSeen(alice.did, 2000)
      await stores.private.setSeen(alice.did, 1000)
      deepEqual([await stores.private.seenMs(alice.did), await stores.private.seenMs(bob.did)], [1000, undefined])
    })

    rule('a preference that is changed leaves the others', async ({stores, alice, bob}) => {
      equal(await stores.private.preferences(alice.did), undefined)
      await stores.private.putPreferences(alice.did, {a: 1, b: 1})
      const all = await stores.private.putPreferences(alice.did, {b: 2})
      deepEqual(JSON.parse(all), {a: 1, b: 2})
      equal(await stores.private.preferences(alice.did), all)
      equal(await stores.private.preferences(bob.did), undefined)
    })

    rule('two changes at once are both kept', async ({stores, alice}) => {
      await Promise.all(['a', 'b', 'c'].map(name => stores.private.putPreferences(alice.did, {[name]: 1})))
      deepEqual(JSON.parse((await stores.private.preferences(alice.did)) ?? ''), {a: 1, b: 1, c: 1})
    })

    rule('a draft is changed and removed by its own account alone', async ({stores, alice, bob, wait}) => {
      const {createDraft, updateDraft, removeDraft} = {
        createDraft: (body: string) => stores.private.createDraft(alice.did, body) as Promise<Tid>,
        updateDraft: stores.private.updateDraft.bind(stores.private),
        removeDraft: stores.private.removeDraft.bind(stores.private),
      }
      const [first, second] = [await createDraft('one'), await createDraft('two')]
      const all = async () => (await stores.private.drafts(alice.did, newest, 9)).map(({tid, body}) => [tid, body])
      deepEqual(await all(), [
        [second, 'two'],
        [first, 'one'],
      ])
      wait(1000)
      await updateDraft(bob.did, first, 'stolen')
      await removeDraft(bob.did, second)
      await updateDraft(alice.did, first, 'ONE')
      deepEqual(await all(), [
        [first, 'ONE'],
        [second, 'two'],
      ])
      await removeDraft(alice.did, first)
      await updateDraft(alice.did, first, 'again')
      deepEqual(await all(), [[second, 'two']])
    })

    rule('drafts have names of their own, however many are made at once', async ({stores, alice}) => {
      const names = await Promise.all(Array.from({length: 20}, () => stores.private.createDraft(alice.did, '{}')))
      equal(new Set(names).size, 20)
    })

    rule('a page of drafts has a bound in bytes, and says that there is more', async ({stores, alice}) => {
      const big = JSON.stringify('x'.repeat(150_000))
      for (let count = 0; count < 30; count++) await stores.private.createDraft(alice.did, big)
      const page = await stores.private.drafts(alice.did, newest, 50)
      equal(page.length, 26)
      equal(page.at(-1)?.isFull, true)
      equal((await stores.private.drafts(alice.did, page[page.length - 1], 50)).length, 4)
    })

    rule('an account keeps so many drafts and no more', async ({stores, alice, bob}) => {
      await Promise.all(Array.from({length: draftsMax}, () => stores.private.createDraft(alice.did, '{}')))
      equal(await stores.private.createDraft(alice.did, '{}'), 'full')
      equal(typeof (await stores.private.createDraft(bob.did, '{}')), 'string')
    })
  })
}
