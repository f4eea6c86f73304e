/** What every store of skeletons keeps to: what stands on a page, and in which order. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Author} from '../../../../../test/index-events.ts'
import {fill, type Filled, newest, type OpenAppViewStores, ref} from '../../../../../test/appview-stores.ts'
import type {Position} from '../position.ts'
import type {FeedRow, PageKind} from './skeleton-store.ts'

/** The URIs of what a feed has, read two rows at a time. */
const allOf = async (
  {uris}: Filled,
  read: (after: Position, limit: number) => Promise<readonly FeedRow[]>,
): Promise<string[]> => {
  const found: string[] = []
  for (let after = newest; ;) {
    const rows = await read(after, 2)
    found.push(...(await uris(rows.map(({item}) => item))).map(String))
    if (rows.length < 2) return found
    after = rows[1]
  }
}

const key = (uri: string): string => uri.split('/')[4]

const sorted = (replies: Map<number, number[]>) => [...replies].map(([of, some]) => [of, some.toSorted()])

/** `open` gives empty stores. */
export function testSkeletonStore(engine: string, open: OpenAppViewStores): void {
  const rule = (name: string, check: (filled: Filled) => Promise<void>): void =>
    void test(name, {timeout: 60_000}, async context => check(await fill(open, context)))

  suite(`skeleton store by ${engine}`, () => {
    rule('a timeline has what one and those one follows post and repost, each page after the last', async filled => {
      const {stores, alice, bob, carol, follow, post, repost, actorId} = filled
      await follow(alice, bob)
      const [own, ofBob, ofCarol] = [await post(alice), await post(bob), await post(carol)]
      const again = await repost(bob, ofCarol)
      const viewer = await actorId(alice.did)
      const read = (after: Position, limit: number) => stores.skeletons.timeline(viewer, after, limit)
      deepEqual(await allOf(filled, read), [again, ofBob, own])
    })

    rule('a timeline is as long as it is, whatever was read of it before', async filled => {
      const {stores, alice, bob, follow, post, actorId, remove} = filled
      await follow(alice, bob)
      const posts = [await post(bob), await post(bob), await post(bob), await post(bob), await post(bob)]
      const viewer = await actorId(alice.did)
      const read = (after: Position, limit: number) => stores.skeletons.timeline(viewer, after, limit)
      deepEqual(await allOf(filled, read), posts.toReversed())
      for (const uri of posts.slice(1, 4)) await remove(bob, uri)
      const more = await post(bob)
      deepEqual(await allOf(filled, read), [more, posts[4], posts[0]])
    })

    rule('the feed of a list has what those on it post', async filled => {
      const {stores, alice, bob, carol, list, listed, post, recordId} = filled
      const uri = await list(alice)
      await listed(alice, uri, carol)
      await post(bob)
      const [first, second] = [await post(carol), await post(carol)]
      const id = await recordId(uri)
      deepEqual(await allOf(filled, (after, limit) => stores.skeletons.listFeed(id, after, limit)), [second, first])
    })

    rule('an author’s feed is narrowed by what is asked for', async filled => {
      const {stores, alice, bob, post, reply, repost, actorId} = filled
      const image = {$type: 'app.bsky.embed.images', images: [] as never[]}
      const video = {$type: 'app.bsky.embed.external', external: {uri: 'https://a.test', title: '', description: ''}}
      const [plain, pictured, linked] = [
        await post(bob),
        await post(bob, 'look', {embed: image}),
        await post(bob, 'read', {embed: video}),
      ]
      const ofAlice = await post(alice)
      const [elsewhere, own, shared] = [await reply(bob, ofAlice), await reply(bob, plain), await repost(bob, ofAlice)]
      const author = await actorId(bob.did)
      const feed = (filter: string) =>
        allOf(filled, (after, limit) => stores.skeletons.authorFeed(author, filter, after, limit))
      deepEqual(await feed('posts_with_replies'), [shared, own, elsewhere, linked, pictured, plain])
      deepEqual(await feed('posts_no_replies'), [shared, linked, pictured, plain])
      deepEqual(await feed('posts_with_media'), [pictured])
      deepEqual(await feed('posts_with_video'), [])
      deepEqual(await feed('posts_and_author_threads'), [shared, own, linked, pictured, plain])
      deepEqual(await feed('unheard_of'), await feed('posts_with_replies'))
    })

    rule('what an account likes stands in the order of its likes', async filled => {
      const {stores, alice, bob, post, like, actorId} = filled
      const [first, second] = [await post(bob), await post(bob)]
      await like(alice, second)
      await like(alice, first)
      const viewer = await actorId(alice.did)
      const {uris} = filled
      const rows = await stores.skeletons.liked(viewer, newest, 10)
      deepEqual(await uris(rows.map(({post: id}) => id)), [first, second])
    })

    const pages: Readonly<Record<PageKind, (filled: Filled, by: Author) => Promise<[of: string, subject: string]>>> = {
      async followers({alice, follow}, by) {
        await follow(by, alice)
        return [alice.did, by.did]
      },
      async follows({alice, follow}, by) {
        await follow(alice, by)
        return [alice.did, by.did]
      },
      async blocks({alice, block}, by) {
        await block(alice, by)
        return [alice.did, by.did]
      },
      async listBlocks({alice, list, put}, by) {
        const uri = await list(by, 'modlist')
        await put(alice, 'graph.listblock', {subject: uri})
        return [alice.did, uri]
      },
      lists: async ({alice, list}) => [alice.did, await list(alice)],
      starterPacks: async ({alice, list, put}) => [
        alice.did,
        await put(alice, 'graph.starterpack', {name: 'pack', list: await list(alice)}),
      ],
      generators: async ({alice, put}) => [
        alice.did,
        await put(alice, 'feed.generator', {did: 'did:web:feeds.test', displayName: 'feed'}),
      ],
      async likes({alice, post, like}, by) {
        const uri = posted.get(alice) ?? (await post(alice))
        posted.set(alice, uri)
        await like(by, uri)
        return [uri, by.did]
      },
      async reposts({alice, post, repost}, by) {
        const uri = posted.get(alice) ?? (await post(alice))
        posted.set(alice, uri)
        await repost(by, uri)
        return [uri, by.did]
      },
      async quotes({alice, post, quote}, by) {
        const uri = posted.get(alice) ?? (await post(alice))
        posted.set(alice, uri)
        return [uri, await quote(by, uri)]
      },
      async items({alice, list, listed}, by) {
        const uri = posted.get(alice) ?? (await list(alice))
        posted.set(alice, uri)
        await listed(alice, uri, by)
        return [uri, by.did]
      },
    }
    /** What the pages of one index are about, once it is written. */
    const posted = new Map<Author, string>()
    for (const [what, write] of Object.entries(pages)) {
      rule(`a page of ${what} is newest first, and goes on where the last ended`, async filled => {
        const {stores, bob, carol, actorId, recordId} = filled
        const written = [await write(filled, bob), await write(filled, carol)]
        const idOf = (name: string): Promise<number> => (name.startsWith('at://') ? recordId(name) : actorId(name))
        const of = await idOf(written[0][0])
        const page = (after: Position) => stores.skeletons.page(what as PageKind, of, after, 1)
        const [first] = await page(newest)
        const [second] = await page(first)
        deepEqual([first.subject, second.subject], [await idOf(written[1][1]), await idOf(written[0][1])])
        deepEqual(await page(second), [])
      })
    }

    rule('of an account’s followers, those whom the viewer follows are known', async filled => {
      const {stores, alice, bob, carol, follow, actorId} = filled
      await follow(alice, bob)
      await follow(bob, carol)
      await follow(alice, carol)
      const [viewer, known, subject] = [await actorId(alice.did), await actorId(bob.did), await actorId(carol.did)]
      deepEqual(await stores.skeletons.knownFollowers(viewer, subject, 5), {count: 1, ids: [known]})
      deepEqual(await stores.skeletons.knownFollowers(viewer, subject, 0), {count: 1, ids: []})
    })

    rule('an account is on lists by the items that name it', async filled => {
      const {stores, alice, bob, list, listed, actorId, recordId} = filled
      const [on, off] = [await list(alice), await list(alice)]
      const item = await listed(alice, on, bob)
      const lists = [await recordId(on), await recordId(off)]
      const found = await stores.skeletons.memberships(lists, await actorId(bob.did))
      deepEqual([...found], [[lists[0], await recordId(item)]])
    })

    rule('two accounts stand to each other by their records', async filled => {
      const {stores, alice, bob, carol, follow, block, list, listed, put, actorId} = filled
      const [out, blocked] = [await follow(alice, bob), await block(bob, alice)]
      const modlist = await list(alice, 'modlist')
      await listed(alice, modlist, carol)
      const byList = await put(alice, 'graph.listblock', {subject: modlist})
      const ids = await Promise.all([alice, bob, carol].map(({did}) => actorId(did)))
      const none = {following: null, followedBy: null, blocking: null, blockedBy: null}
      deepEqual(
        (await stores.skeletons.relations(ids[0], ids.slice(1))).map(row => ({...row})),
        [
          {
            ...none,
            other: ids[1],
            following: key(out),
            blockedBy: key(blocked),
            blockingByList: null,
            blockedByList: null,
          },
          {...none, other: ids[2], blockingByList: key(byList), blockedByList: null},
        ],
      )
    })

    rule('notifications of some reasons are looked for among all', async filled => {
      const {stores, alice, bob, post, like, follow, told, actorId} = filled
      const uri = await post(alice)
      await follow(bob, alice)
      await like(bob, uri)
      deepEqual(await told(alice), ['like bob', 'follow bob'])
      deepEqual(await told(alice, ['follow']), ['follow bob'])
      const recipient = await actorId(alice.did)
      const [last] = await stores.skeletons.notifications(recipient, [], newest, 1)
      equal(last.reason, 'like')
      deepEqual(
        (await stores.skeletons.notifications(recipient, [], last, 9)).map(({reason}) => reason),
        ['follow'],
      )
    })

    rule('a thread is read up and down, within its own root', async filled => {
      const {stores, alice, bob, post, reply, recordId, actorId} = filled
      const root = await post(alice)
      const answer = await reply(bob, root)
      const below = await reply(alice, root, answer)
      const own = await reply(alice, root)
      const ids = await Promise.all([root, answer, below, own].map(recordId))
      const {above, below: under, chain} = stores.skeletons
      deepEqual(await above(ids[2], 10), [ids[1], ids[0]])
      deepEqual(await above(ids[2], 1), [ids[1]])
      deepEqual(await above(ids[2], 0), [])
      const author = await actorId(alice.did)
      deepEqual(sorted(await under(ids[0], ids[0], author, 5)), [
        [ids[0], [ids[1], ids[3]]],
        [ids[1], [ids[2]]],
      ])
      deepEqual(sorted(await under(ids[0], ids[0], author, 1)), [[ids[0], [ids[1], ids[3]]]])
      deepEqual(sorted(await under(ids[0], ids[0], author, 0)), [])
      deepEqual(await chain(ids[0], author), [ids[0], ids[3]])
    })

    rule('a reply that says another root is in no thread but that one', async filled => {
      const {stores, alice, bob, post, put, recordId} = filled
      const [root, other] = [await post(alice), await post(alice)]
      const strayed = await put(bob, 'feed.post', {text: 'no', reply: {root: ref(other), parent: ref(root)}})
      const [rootId, otherId] = [await recordId(root), await recordId(other)]
      deepEqual([...(await stores.skeletons.below(rootId, rootId, undefined, 5))], [])
      deepEqual(
        [...(await stores.skeletons.below(rootId, otherId, undefined, 5))],
        [[rootId, [await recordId(strayed)]]],
      )
    })

    rule('which posts an account likes is told with the keys of its likes', async filled => {
      const {stores, alice, bob, post, put, recordId, actorId} = filled
      const [liked, other] = [await post(alice), await post(alice)]
      await put(bob, 'feed.like', {subject: ref(liked)}, bob.rkey(77))
      const ids = [await recordId(liked), await recordId(other)]
      deepEqual([...(await stores.skeletons.likedBy(await actorId(bob.did), ids))], [[ids[0], bob.rkey(77)]])
    })
  })
}
