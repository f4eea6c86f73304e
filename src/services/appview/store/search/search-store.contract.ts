/** What every store that is searched keeps to: what is found, in which order, and where the next page begins. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {fill, type Filled, type OpenAppViewStores} from '../../../../../test/appview-stores.ts'
import {parsePostQuery} from '../../search/post-query.ts'
import {byFact, tagFact} from '../../search/facts.ts'
import type {FoundPage, FoundQuery, PageOptions} from './search-store.ts'

const queryOf = (text: string, more: Partial<FoundQuery> = {}): FoundQuery => ({
  ...parsePostQuery(text),
  authors: undefined,
  ...more,
})

/** The URIs of all that is found, two at a time. */
const all = async ({uris}: Filled, find: (options: PageOptions) => Promise<FoundPage>) => {
  const found: (string | undefined)[] = []
  for (let cursor: string | undefined; ;) {
    const page = await find({limit: 2, cursor})
    found.push(...(await uris(page.ids)))
    ;({cursor} = page)
    if (cursor === undefined) return found
  }
}

/** `open` gives empty stores. */
export function testSearchStore(engine: string, open: OpenAppViewStores): void {
  const rule = (name: string, check: (filled: Filled) => Promise<void>): void =>
    void test(name, {timeout: 60_000}, async context => check(await fill(open, context)))

  suite(`search store by ${engine}`, () => {
    rule('posts are found by their words, the newest first, a page at a time', async filled => {
      const {stores, alice, bob, post} = filled
      const posts = [await post(alice, 'red cat'), await post(bob, 'Red dog'), await post(alice, 'a réd bird')]
      await post(bob, 'blue')
      const find = (query: FoundQuery) => all(filled, options => stores.search.latestPosts(query, options))
      deepEqual(await find(queryOf('red')), posts.toReversed())
      deepEqual(await find(queryOf('red -dog')), [posts[2], posts[0]])
      deepEqual(await find(queryOf('"red dog"')), [posts[1]])
      deepEqual(await find(queryOf('nothing')), [])
    })

    rule('posts are found by who wrote them, by facts, and by when', async filled => {
      const {stores, alice, bob, post, actorId} = filled
      const [tagged, plain] = [await post(alice, 'red', {tags: ['art']}), await post(bob, 'red')]
      const find = (query: FoundQuery) => all(filled, options => stores.search.latestPosts(query, options))
      const [a, b] = [await actorId(alice.did), await actorId(bob.did)]
      deepEqual(await find(queryOf('red', {authors: [a]})), [tagged])
      deepEqual(await find(queryOf('red', {authors: []})), [])
      deepEqual(await find(queryOf('#art')), [tagged])
      deepEqual(await find(queryOf('red', {excludedFacts: [tagFact('art')]})), [plain])
      deepEqual(await find(queryOf('red', {anyOf: [[byFact(b), tagFact('other')]]})), [plain])
      deepEqual(await find(queryOf('red since:2025-01-02')), [])
      deepEqual(await find(queryOf('red until:2025-01-02')), [plain, tagged])
    })

    rule('a post that is edited or gone is found as it is', async filled => {
      const {stores, alice, put, remove} = filled
      const rkey = alice.rkey(500)
      const uri = await put(alice, 'feed.post', {text: 'red'}, rkey)
      const find = (text: string) => all(filled, options => stores.search.latestPosts(queryOf(text), options))
      await put(alice, 'feed.post', {text: 'blue'}, rkey)
      deepEqual([await find('red'), await find('blue')], [[], [uri]])
      await remove(alice, uri)
      deepEqual(await find('blue'), [])
    })

    rule('the best posts are those that moved most people', async filled => {
      const {stores, alice, bob, carol, post, like, repost} = filled
      const posts = [await post(alice, 'red'), await post(alice, 'red'), await post(alice, 'red')]
      await like(bob, posts[0])
      await like(carol, posts[0])
      await repost(bob, posts[0])
      await like(bob, posts[1])
      deepEqual(await all(filled, options => stores.search.topPosts(queryOf('red'), options)), posts)
    })

    rule('what never was a cursor begins from the beginning', async ({stores, alice, post, uris}) => {
      const uri = await post(alice, 'red')
      for (const find of [stores.search.latestPosts, stores.search.topPosts]) {
        deepEqual(await uris((await find(queryOf('red'), {limit: 5, cursor: 'x'})).ids), [uri])
      }
    })

    rule('accounts are found by the beginnings of words in handle and name, and in their description', async filled => {
      const {stores, alice, bob, carol, profile, handle, follow, actorId} = filled
      await profile(alice, {displayName: 'Anna Bell', description: 'paints'})
      await profile(bob, {displayName: 'Anne', description: 'an anchor'})
      await profile(carol, {displayName: 'Carol'})
      await handle(bob, 'bob.test')
      await handle(carol, 'ann.test')
      await follow(carol, bob)
      const ids = await Promise.all([alice, bob, carol].map(({did}) => actorId(did)))
      const find = async (text: string, inAbout = false, limit = 10) =>
        (await stores.search.actors(text, inAbout, {limit})).ids.map(id => ids.indexOf(id))
      deepEqual(await find('ann'), [1, 0, 2])
      deepEqual(await find('@ann.test'), [2])
      deepEqual(await find('paint'), [])
      deepEqual(await find('paint', true), [0])
      deepEqual(await find('anna bell'), [0])
      deepEqual(await find(' '), [])
      const {cursor} = await stores.search.actors('ann', false, {limit: 1})
      deepEqual((await stores.search.actors('ann', false, {limit: 1, cursor})).ids, [ids[0]])
    })

    rule('accounts that are hidden are not found', async filled => {
      const {stores, alice, apply, account, profile} = filled
      await profile(alice, {displayName: 'Anna'})
      await apply(account(alice, false, 'takendown'))
      deepEqual((await stores.search.actors('anna', false, {limit: 5})).ids, [])
    })

    rule('popular accounts are those with the most followers, whom the viewer does not follow', async filled => {
      const {stores, alice, bob, carol, profile, follow, actorId} = filled
      for (const author of [alice, bob, carol]) await profile(author, {})
      await follow(alice, bob)
      await follow(carol, bob)
      await follow(bob, carol)
      const [a, b, c] = await Promise.all([alice, bob, carol].map(({did}) => actorId(did)))
      deepEqual(await stores.search.popularAccounts(undefined, 0, 2), [b, c])
      deepEqual(await stores.search.popularAccounts(a, 0, 5), [c])
      deepEqual(await stores.search.popularAccounts(undefined, 1, 1), [c])
    })

    rule('accounts like one are those that its followers follow', async filled => {
      const {stores, alice, bob, carol, follow, actorId} = filled
      await follow(bob, alice)
      await follow(bob, carol)
      const [a, c] = [await actorId(alice.did), await actorId(carol.did)]
      deepEqual(await stores.search.accountsLike(a, undefined, 5), [c])
      deepEqual(await stores.search.accountsLike(a, c, 5), [])
      deepEqual(await stores.search.accountsLike(c, undefined, 5), [a])
    })

    rule('feeds and starter packs are found by their names, the most popular first', async filled => {
      const {stores, alice, bob, put, like, list, profile, recordId} = filled
      const feed = (displayName: string) => put(alice, 'feed.generator', {did: 'did:web:feeds.test', displayName})
      const [dogs, cats, birds] = [await feed('Dogs'), await feed('All the Cats'), await feed('Birds')]
      await like(bob, cats)
      const some = await list(alice)
      const pack = await put(alice, 'graph.starterpack', {name: 'Cat people', list: some})
      await profile(bob, {
        joinedViaStarterPack: {uri: pack, cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'},
      })
      const [dogsId, catsId, birdsId] = await Promise.all([dogs, cats, birds].map(recordId))
      deepEqual(await stores.search.popularFeeds(undefined, 0, 5), [catsId, dogsId, birdsId])
      deepEqual(await stores.search.popularFeeds(' cats', 0, 5), [catsId])
      deepEqual(await stores.search.popularFeeds(undefined, 1, 1), [dogsId])
      deepEqual(await stores.search.popularStarterPacks('CAT', 0, 5), [await recordId(pack)])
      equal((await stores.search.popularStarterPacks('dog', 0, 5)).length, 0)
    })
  })
}
