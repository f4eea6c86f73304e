/** What people keep, hide and hear of, through the methods themselves: every answer is as its lexicon says. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getProfiles} from '#lex/gen/app/bsky/actor/getProfiles.ts'
import {getSuggestions} from '#lex/gen/app/bsky/actor/getSuggestions.ts'
import {searchActors} from '#lex/gen/app/bsky/actor/searchActors.ts'
import {searchActorsTypeahead} from '#lex/gen/app/bsky/actor/searchActorsTypeahead.ts'
import {createBookmark} from '#lex/gen/app/bsky/bookmark/createBookmark.ts'
import {deleteBookmark} from '#lex/gen/app/bsky/bookmark/deleteBookmark.ts'
import {getBookmarks} from '#lex/gen/app/bsky/bookmark/getBookmarks.ts'
import {getAuthorFeed} from '#lex/gen/app/bsky/feed/getAuthorFeed.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {getPostThread} from '#lex/gen/app/bsky/feed/getPostThread.ts'
import {searchPosts} from '#lex/gen/app/bsky/feed/searchPosts.ts'
import {getActorStarterPacks} from '#lex/gen/app/bsky/graph/getActorStarterPacks.ts'
import {getBlocks} from '#lex/gen/app/bsky/graph/getBlocks.ts'
import {getKnownFollowers} from '#lex/gen/app/bsky/graph/getKnownFollowers.ts'
import {getList} from '#lex/gen/app/bsky/graph/getList.ts'
import {getListMutes} from '#lex/gen/app/bsky/graph/getListMutes.ts'
import {getLists} from '#lex/gen/app/bsky/graph/getLists.ts'
import {getListsWithMembership} from '#lex/gen/app/bsky/graph/getListsWithMembership.ts'
import {getMutes} from '#lex/gen/app/bsky/graph/getMutes.ts'
import {getRelationships} from '#lex/gen/app/bsky/graph/getRelationships.ts'
import {getStarterPack} from '#lex/gen/app/bsky/graph/getStarterPack.ts'
import {getSuggestedFollowsByActor} from '#lex/gen/app/bsky/graph/getSuggestedFollowsByActor.ts'
import {muteActor} from '#lex/gen/app/bsky/graph/muteActor.ts'
import {muteActorList} from '#lex/gen/app/bsky/graph/muteActorList.ts'
import {muteThread} from '#lex/gen/app/bsky/graph/muteThread.ts'
import {unmuteActor} from '#lex/gen/app/bsky/graph/unmuteActor.ts'
import {unmuteActorList} from '#lex/gen/app/bsky/graph/unmuteActorList.ts'
import {unmuteThread} from '#lex/gen/app/bsky/graph/unmuteThread.ts'
import {getServices} from '#lex/gen/app/bsky/labeler/getServices.ts'
import {getPreferences} from '#lex/gen/app/bsky/notification/getPreferences.ts'
import {getUnreadCount} from '#lex/gen/app/bsky/notification/getUnreadCount.ts'
import {listNotifications} from '#lex/gen/app/bsky/notification/listNotifications.ts'
import {putActivitySubscription} from '#lex/gen/app/bsky/notification/putActivitySubscription.ts'
import {putPreferences} from '#lex/gen/app/bsky/notification/putPreferences.ts'
import {putPreferencesV2} from '#lex/gen/app/bsky/notification/putPreferencesV2.ts'
import {updateSeen} from '#lex/gen/app/bsky/notification/updateSeen.ts'
import {getConfig} from '#lex/gen/app/bsky/unspecced/getConfig.ts'
import {getPopularFeedGenerators} from '#lex/gen/app/bsky/unspecced/getPopularFeedGenerators.ts'
import {getTaggedSuggestions} from '#lex/gen/app/bsky/unspecced/getTaggedSuggestions.ts'
import {getTrendingTopics} from '#lex/gen/app/bsky/unspecced/getTrendingTopics.ts'
import {getTrends} from '#lex/gen/app/bsky/unspecced/getTrends.ts'
import {openIndex} from '../../../../test/appview-index.ts'
import {Author} from '../../../../test/index-events.ts'

const now = '2026-05-31T00:00:00.000Z'
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'

const ref = (uri: string) => ({uri, cid})

async function setUp() {
  const index = await openIndex()
  const {as, people} = index
  const [alice, bob, carol] = people
  const told = async () =>
    (await as(alice).query(listNotifications)).notifications.map(
      ({reason, author}) => `${author.handle.split('.')[0]} ${reason}`,
    )
  return {...index, alice, bob, carol, told}
}

const apiTest = (name: string, run: (setup: Awaited<ReturnType<typeof setUp>>) => Promise<void>) =>
  test(name, async () => {
    const setup = await setUp()
    try {
      await run(setup)
    } finally {
      await setup[Symbol.asyncDispose]()
    }
  })
const handles = (accounts: readonly {handle: string}[]) => accounts.map(({handle}) => handle.split('.')[0])

apiTest(
  'notifications are shown once each, counted as shown, and seen',
  async ({alice, bob, carol, put, remove, as, told}) => {
    const post = await put(alice, 'feed.post', {text: 'hello'})
    await put(bob, 'feed.like', {subject: ref(post)})
    await put(carol, 'graph.follow', {subject: alice.did})
    const reply = await put(bob, 'feed.post', {text: 'reply', reply: {root: ref(post), parent: ref(post)}})
    assert.deepEqual((await told()).toSorted(), ['bob like', 'bob reply', 'carol follow'])
    assert.equal((await as(alice).query(getUnreadCount)).count, 3)
    const {notifications} = await as(alice).query(listNotifications, {reasons: ['like'], limit: 1})
    assert.deepEqual(
      notifications.map(({reasonSubject, isRead}) => [reasonSubject, isRead]),
      [[post, false]],
    )
    await as(alice).procedure(updateSeen, {seenAt: '2026-12-01T00:00:00.000Z'})
    assert.equal((await as(alice).query(getUnreadCount)).count, 0)
    assert((await as(alice).query(listNotifications)).notifications.every(({isRead}) => isRead))
    await as(alice).procedure(muteThread, {root: post})
    assert.deepEqual(await told(), ['carol follow'])
    await as(alice).procedure(unmuteThread, {root: post})
    await as(alice).procedure(muteActor, {actor: 'bob.example.com'})
    assert.deepEqual(await told(), ['carol follow'])
    await as(alice).procedure(unmuteActor, {actor: bob.did})
    await put(alice, 'graph.block', {subject: carol.did})
    assert.deepEqual((await told()).toSorted(), ['bob like', 'bob reply'])
    await remove(bob, reply)
    await remove(alice, post)
    assert.deepEqual(await told(), [])
  },
)

apiTest('people hear of what they wish to hear of', async ({alice, bob, carol, put, as, told}) => {
  const post = await put(alice, 'feed.post', {text: 'hello'})
  await put(bob, 'feed.like', {subject: ref(post)})
  await put(carol, 'feed.repost', {subject: ref(post)})
  await put(alice, 'graph.follow', {subject: carol.did})
  const {preferences} = await as(alice).query(getPreferences)
  assert.deepEqual(preferences.like, {include: 'all', list: true, push: true})
  await as(alice).procedure(putPreferencesV2, {like: {include: 'all', list: false, push: false}})
  assert.deepEqual(await told(), ['carol repost'])
  await as(alice).procedure(putPreferencesV2, {like: {include: 'all', list: true, push: true}})
  await as(alice).procedure(putPreferences, {priority: true})
  assert.deepEqual(await told(), ['carol repost'])
  await as(alice).procedure(putPreferences, {priority: false})
  assert.equal((await told()).length, 2)
})

apiTest('mutes are private, and listed while they are of everything', async ({alice, bob, carol, as, put}) => {
  await as(alice).procedure(muteActor, {actor: bob.did})
  await as(alice).procedure(muteActor, {actor: carol.did, onlyReposts: true})
  const {mutes} = await as(alice).query(getMutes)
  assert.deepEqual(handles(mutes), ['bob'])
  assert.equal(mutes[0].viewer?.muted, true)
  assert.deepEqual((await as(bob).query(getMutes)).mutes, [])
  await assert.rejects(as(alice).procedure(muteActor, {actor: alice.did}), {error: 'InvalidRequest'})
  await as(alice).procedure(unmuteActor, {actor: bob.did})
  assert.deepEqual((await as(alice).query(getMutes)).mutes, [])
  await put(alice, 'graph.block', {subject: carol.did})
  assert.deepEqual(handles((await as(alice).query(getBlocks)).blocks), ['carol'])
})

apiTest('lists: made, filled, muted', async ({alice, bob, carol, as, put}) => {
  const list = await put(alice, 'graph.list', {purpose: 'app.bsky.graph.defs#modlist', name: 'noise'})
  await put(alice, 'graph.listitem', {list, subject: bob.did})
  const {items, list: view} = await as(carol).query(getList, {list})
  assert.deepEqual(handles(items.map(({subject}) => subject)), ['bob'])
  assert.equal(view.listItemCount, 1)
  assert.equal((await as().query(getLists, {actor: alice.did})).lists[0].name, 'noise')
  assert.equal((await as().query(getLists, {actor: alice.did, purposes: ['curatelist']})).lists.length, 0)
  const {listsWithMembership} = await as(alice).query(getListsWithMembership, {actor: bob.did})
  assert.equal(listsWithMembership[0].listItem?.subject.did, bob.did)
  await as(carol).procedure(muteActorList, {list})
  assert.equal((await as(carol).query(getListMutes)).lists[0].viewer?.muted, true)
  await as(carol).procedure(unmuteActorList, {list})
  assert.deepEqual((await as(carol).query(getListMutes)).lists, [])
})

apiTest('how people stand to each other', async ({alice, bob, carol, as, put}) => {
  const follow = await put(alice, 'graph.follow', {subject: bob.did})
  await put(bob, 'graph.follow', {subject: carol.did})
  const block = await put(carol, 'graph.block', {subject: alice.did})
  const {actor, relationships} = await as().query(getRelationships, {
    actor: alice.did,
    others: [bob.did, carol.did, 'nobody.example.com'],
  })
  assert.equal(actor, alice.did)
  const [toBob, toCarol, toNobody] = relationships as Record<string, unknown>[]
  assert.equal(toBob.following, follow)
  assert.equal(toCarol.blockedBy, block)
  assert.equal(toNobody.notFound, true)
  await assert.rejects(as().query(getRelationships, {actor: 'nobody.example.com'}), {error: 'ActorNotFound'})
  assert.deepEqual(handles((await as(alice).query(getKnownFollowers, {actor: carol.did})).followers), ['bob'])
})

apiTest('bookmarks are kept with what is gone, and counted', async ({alice, bob, as, put, remove}) => {
  const uri = await put(alice, 'feed.post', {text: 'hello'})
  await as(bob).procedure(createBookmark, {uri, cid})
  await as(bob).procedure(createBookmark, {uri, cid})
  assert.equal((await as(bob).query(getPosts, {uris: [uri]})).posts[0].bookmarkCount, 1)
  const [bookmark] = (await as(bob).query(getBookmarks)).bookmarks
  assert.deepEqual(
    [bookmark.subject.uri, bookmark.subject.cid, bookmark.item.$type],
    [uri, cid, 'app.bsky.feed.defs#postView'],
  )
  await remove(alice, uri)
  assert.equal((await as(bob).query(getBookmarks)).bookmarks[0].item.$type, 'app.bsky.feed.defs#notFoundPost')
  await as(bob).procedure(deleteBookmark, {uri})
  assert.deepEqual((await as(bob).query(getBookmarks)).bookmarks, [])
  const list = {uri: `at://${alice.did}/app.bsky.graph.list/a`, cid}
  await assert.rejects(as(bob).procedure(createBookmark, list), {error: 'UnsupportedCollection'})
})

apiTest('searches leave out who is blocked', async ({alice, bob, carol, as, put}) => {
  await put(alice, 'feed.post', {text: 'a day at the sea'})
  await put(bob, 'feed.post', {text: 'sea and sun'})
  const found = async (q: string, by?: Author, more = {}) =>
    (await as(by).query(searchPosts, {q, ...more})).posts.map(({author}) => author.handle.split('.')[0])
  assert.deepEqual((await found('sea')).toSorted(), ['alice', 'bob'])
  assert.deepEqual(await found('sea from:bob.example.com'), ['bob'])
  assert.deepEqual(await found('from:me', alice), ['alice'])
  assert.deepEqual(await found('sea', undefined, {author: alice.did, sort: 'top'}), ['alice'])
  assert.deepEqual(await found('sea from:nobody.example.com'), [])
  await put(carol, 'graph.block', {subject: bob.did})
  assert.deepEqual(await found('sea', carol), ['alice'])
  const accounts = async (q: string, by?: Author) => handles((await as(by).query(searchActors, {q})).actors)
  const typed = async (q: string, by?: Author) => handles((await as(by).query(searchActorsTypeahead, {q})).actors)
  assert.deepEqual(await accounts('BO'), ['bob'])
  assert.deepEqual(
    [await accounts('bob', carol), await typed('bo', carol), await typed('bob.example.com', carol)],
    [[], [], ['bob']],
  )
  assert.deepEqual(await typed(''), [])
})

apiTest(
  'starter packs, suggestions, labelers, and what clients ask at their start',
  async ({alice, bob, carol, as, put}) => {
    const list = await put(alice, 'graph.list', {purpose: 'app.bsky.graph.defs#referencelist', name: 'people'})
    await put(alice, 'graph.listitem', {list, subject: bob.did})
    const feed = await put(bob, 'feed.generator', {did: 'did:web:feeds.test', displayName: 'Cats'})
    const pack = await put(alice, 'graph.starterpack', {name: 'start', list, feeds: [{uri: feed}]})
    const {starterPack} = await as(carol).query(getStarterPack, {starterPack: pack})
    assert.deepEqual(handles((starterPack.listItemsSample ?? []).map(({subject}) => subject)), ['bob'])
    assert.equal(starterPack.feeds?.[0].displayName, 'Cats')
    assert.equal((await as().query(getActorStarterPacks, {actor: alice.did})).starterPacks[0].uri, pack)
    await put(bob, 'graph.follow', {subject: carol.did})
    await put(bob, 'graph.follow', {subject: alice.did})
    await put(alice, 'graph.follow', {subject: carol.did})
    assert.deepEqual(handles((await as(alice).query(getSuggestions)).actors), ['bob'])
    const {suggestions} = await as(carol).query(getSuggestedFollowsByActor, {actor: alice.did})
    assert.deepEqual(handles(suggestions), [])
    assert.deepEqual(handles((await as(carol).query(getSuggestedFollowsByActor, {actor: carol.did})).suggestions), [
      'alice',
    ])
    const popular = async (query?: string) =>
      (await as().query(getPopularFeedGenerators, {query})).feeds.map(({uri}) => uri)
    assert.deepEqual([await popular(), await popular('cat'), await popular('dogs')], [[feed], [feed], []])
    const policies = {labelValues: ['spam']}
    await put(bob, 'labeler.service', {policies}, 'self')
    const {views} = await as().query(getServices, {dids: [bob.did], detailed: true})
    assert.equal(views[0].$type, 'app.bsky.labeler.defs#labelerViewDetailed')
    for (const method of [getConfig, getTaggedSuggestions, getTrends, getTrendingTopics]) await as().query(method)
  },
)

apiTest(
  'profiles say to all what their account says of chat and posts, and nothing else of those records',
  async setup => {
    const {alice, bob, carol, put, as} = setup
    const [plain] = (await as(bob).query(getProfiles, {actors: [carol.did]})).profiles
    assert.deepEqual(plain.associated?.activitySubscription, {allowSubscriptions: 'followers'})
    assert.deepEqual([plain.viewer?.mutedOnlyReposts, plain.viewer?.mutedOnlyQuoteposts], [false, false])
    const says = {allowIncoming: 'none', allowGroupInvites: 'all', later: {a: 1}}
    await put(alice, 'chat.bsky.actor.declaration', says, 'self')
    await put(alice, 'notification.declaration', {allowSubscriptions: 'mutuals'}, 'self')
    const messageMe = {messageMeUrl: 'https://chat.example.com/', showButtonTo: 'everyone'}
    const germ = {version: '1.0.0', currentKey: new Uint8Array(3), messageMe}
    await put(alice, 'com.germnetwork.declaration', germ, 'self')
    const [told] = (await as(bob).query(getProfiles, {actors: [alice.did]})).profiles
    const {chat, activitySubscription, germ: other, labeler, lists} = told.associated ?? {}
    assert.deepEqual(chat, {allowIncoming: 'none', allowGroupInvites: 'all'})
    assert.deepEqual(activitySubscription, {allowSubscriptions: 'mutuals'})
    assert.deepEqual(other, messageMe)
    assert.deepEqual([labeler, lists], [false, 0])
    await as(bob).procedure(putActivitySubscription, {
      subject: alice.did,
      activitySubscription: {post: true, reply: false},
    })
    const {viewer} = await as(bob).query(getProfile, {actor: alice.did})
    assert.deepEqual(viewer?.activitySubscription, {post: true, reply: false})
  },
)

apiTest('posts say whether they are pinned and may be answered where that is a question', async setup => {
  const {alice, bob, put, as} = setup
  const first = await put(alice, 'feed.post', {text: 'first'})
  const second = await put(alice, 'feed.post', {text: 'second'})
  const states = async (author: Author) =>
    (await as(author).query(getPosts, {uris: [first, second]})).posts.map(({viewer}) => [
      viewer?.pinned,
      viewer?.replyDisabled,
    ])
  assert.deepEqual(await states(alice), [
    [undefined, undefined],
    [undefined, undefined],
  ])
  await put(alice, 'actor.profile', {displayName: 'ALICE', pinnedPost: ref(second)}, 'self')
  await put(alice, 'feed.threadgate', {post: first, allow: []}, first.split('/').at(-1))
  assert.deepEqual(await states(alice), [
    [false, false],
    [true, undefined],
  ])
  assert.deepEqual(await states(bob), [
    [undefined, true],
    [undefined, undefined],
  ])
})

apiTest('a repost shows what its post answers, and what a gate keeps out stands by itself', async setup => {
  const {alice, bob, carol, put, as} = setup
  const root = await put(alice, 'feed.post', {text: 'root'})
  const reply = await put(bob, 'feed.post', {text: 'reply', reply: {root: ref(root), parent: ref(root)}})
  await put(carol, 'feed.repost', {subject: ref(reply)})
  const shown = async () => (await as(alice).query(getAuthorFeed, {actor: carol.did})).feed.map(item => item.reply)
  const [answered] = await shown()
  assert.equal(answered?.parent.$type, 'app.bsky.feed.defs#postView')
  await put(alice, 'feed.threadgate', {post: root, allow: []}, root.split('/').at(-1))
  assert.deepEqual(await shown(), [undefined])
  const {thread} = await as(alice).query(getPostThread, {uri: root})
  assert.deepEqual((thread as {replies?: unknown}).replies, [])
})

apiTest(
  'notifications say whether they are narrowed, when the newest came, and by which pack a follower came',
  async setup => {
    const {alice, bob, carol, put, apply, as} = setup
    const list = await put(carol, 'graph.list', {purpose: 'app.bsky.graph.defs#referencelist', name: 'pack'})
    const pack = await put(carol, 'graph.starterpack', {name: 'pack', list})
    const $type = 'app.bsky.actor.profile'
    const dave = new Author('did:web:dave.test')
    const joined = dave.commit({[`${$type}/self`]: {$type, displayName: 'DAVE', joinedViaStarterPack: ref(pack)}})
    await apply({...joined, time: now as typeof joined.time})
    await put(bob, 'graph.follow', {subject: alice.did, via: ref(pack)})
    const {priority, seenAt, notifications} = await as(alice).query(listNotifications)
    assert.equal(priority, false)
    assert.equal(seenAt, notifications[0].indexedAt)
    assert.equal(notifications[0].starterPack?.uri, pack)
    assert.equal(notifications[0].starterPack?.joinedWeekCount, 1)
    await as(alice).procedure(putPreferences, {priority: true})
    assert.equal((await as(alice).query(listNotifications)).priority, true)
  },
)
