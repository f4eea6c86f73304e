/** How accounts, posts, lists and feeds look to a viewer: pure functions of what was read. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {
  actor,
  alice,
  bob,
  carol,
  cid,
  type Contents,
  generator,
  hydrationOf,
  list,
  post,
  record,
  starterPack,
  time,
  uriOf,
} from '../../../../test/appview-endpoints.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import {embedView} from './embed.ts'
import {generatorView, labelerView} from './generator.ts'
import {imageUrls} from './image-urls.ts'
import {listView} from './list.ts'
import {blockedPost} from './post-parts.ts'
import {feedViewPost, postView, threadgateView} from './post.ts'
import {profileViewDetailed} from './profile-detailed.ts'
import {profileView, profileViewBasic} from './profile.ts'
import {starterPackViewBasic} from './starter-pack.ts'

const blob = {ref: {$link: cid}, mimeType: 'image/png'}
const base = 'https://appview.test'
const block = uriOf(9, 1, 'graph.block')
const follows = uriOf(8, 1, 'graph.follow')
const first = post(10, 2)
const answer = post(11, 3, {}, first)
const below = post(12, 1, {}, answer)
const quoted = post(11, 3)
const reply = (contents: Contents, id = 12) =>
  feedViewPost(hydrationOf({records: [first, answer, below], ...contents}, 1), {post: id, item: id})?.reply

const viewerOf = (contents: Contents) => profileViewBasic(hydrationOf(contents, 1), 2)?.viewer

const known = (knownFollowers: {count: number; ids: number[]}) =>
  profileViewDetailed(hydrationOf({}, 1), 2, {knownFollowers})?.viewer?.knownFollowers

suite('the view of an account', () => {
  const withProfile = actor(2, {
    profile: {displayName: 'Bob', description: '', avatar: blob, website: 'http://a.test'} as never,
  })

  test('has its name, its picture and what it lets others do', () => {
    const view = profileViewBasic(hydrationOf({actors: [withProfile]}), 2)
    deepEqual([view?.did, view?.handle, view?.displayName], [bob, 'bob.test', 'Bob'])
    equal(view?.avatar, `${base}/img/avatar/plain/${bob}/${cid}`)
    deepEqual(view?.associated, {
      labeler: undefined,
      chat: undefined,
      activitySubscription: {allowSubscriptions: 'followers'},
      germ: undefined,
    })
    equal(view?.viewer, undefined)
    equal(profileViewBasic(hydrationOf({}), 9), undefined)
  })

  test('says nothing of an empty description, nor of a website without TLS', () => {
    equal(profileView(hydrationOf({actors: [withProfile]}), 2)?.description, undefined)
    equal(profileViewDetailed(hydrationOf({actors: [withProfile]}), 2)?.website, undefined)
    const safe = actor(2, {profile: {website: 'https://a.test'} as never})
    equal(profileViewDetailed(hydrationOf({actors: [safe]}), 2)?.website, 'https://a.test')
  })

  test('says how the viewer stands to it', () => {
    deepEqual(
      [viewerOf({relations: {2: {following: follows}}})?.following, viewerOf({relations: {2: {muted: 'all'}}})?.muted],
      [follows, true],
    )
    const partly = viewerOf({relations: {2: {muted: 'reposts'}}})
    deepEqual([partly?.muted, partly?.mutedOnlyReposts, partly?.mutedOnlyQuoteposts], [false, true, false])
    deepEqual(viewerOf({}), {muted: false, mutedOnlyReposts: false, mutedOnlyQuoteposts: false, blockedBy: false})
  })

  test('says nothing of follows across a block', () => {
    const view = viewerOf({relations: {2: {following: follows, followedBy: follows, blocking: block}}})
    deepEqual([view?.following, view?.followedBy, view?.blocking], [undefined, undefined, block])
  })

  test('names the lists by which it is muted and blocked', () => {
    const view = viewerOf({records: [list(40, 1), list(41, 1)], relations: {2: {mutedByList: 40, blockingByList: 41}}})
    deepEqual([view?.mutedByList?.name, view?.blockingByList?.name], ['list 40', 'list 41'])
    deepEqual([view?.muted, view?.blocking], [true, uriOf(41, 1, 'graph.list')])
    equal(viewerOf({relations: {2: {blockedByList: true}}})?.blockedBy, true)
  })

  test('has counts, what is pinned, and through what it was made, on a page of its own', () => {
    const counted = actor(2, {
      followers: 1,
      follows: 2,
      posts: 3,
      lists: 4,
      generators: 5,
      starterPacks: 6,
      joinedVia: 50,
      isLabeler: true,
      profile: {pinnedPost: {uri: uriOf(10, 2), cid}, banner: blob} as never,
    })
    const view = profileViewDetailed(hydrationOf({actors: [counted], records: [starterPack(50, 3, 40)]}), 2)
    deepEqual([view?.followersCount, view?.followsCount, view?.postsCount], [1, 2, 3])
    const {lists, feedgens, starterPacks, labeler} = view?.associated ?? {}
    deepEqual([lists, feedgens, starterPacks, labeler], [4, 5, 6, true])
    deepEqual([view?.pinnedPost?.uri, view?.joinedViaStarterPack?.creator.did], [uriOf(10, 2), carol])
    equal(view?.banner, `${base}/img/banner/plain/${bob}/${cid}`)
  })

  test('names followers that the viewer knows, and says nothing of none', () => {
    const some = known({count: 9, ids: [3, 99]})
    deepEqual([some?.count, some?.followers.map(({did}) => did)], [9, [carol]])
    equal(known({count: 0, ids: []}), undefined)
  })
})

const uriIn = (part: unknown) => (part as {uri: string}).uri

const kinds = (contents: Contents) => {
  const {root, parent} = reply(contents) ?? {}
  return [root, parent].map(part => (part as {$type: string}).$type.split('#')[1])
}

const viewer = (contents: Contents) => blockedPost(hydrationOf(contents, 1), first).author.viewer

suite('the view of a post', () => {
  test('has its counts, and what the viewer did with it', () => {
    const counted = post(10, 2, {likes: 1, reposts: 2, replies: 3, quotes: 4, bookmarks: 5})
    const marks = {10: {like: uriOf(7, 1, 'feed.like'), bookmarked: true}}
    const view = postView(hydrationOf({records: [counted], marks, mutedThreads: [10]}, 1), 10)
    deepEqual(
      [view?.likeCount, view?.repostCount, view?.replyCount, view?.quoteCount, view?.bookmarkCount],
      [1, 2, 3, 4, 5],
    )
    const {like, repost, bookmarked, threadMuted, replyDisabled, embeddingDisabled, pinned} = view?.viewer ?? {}
    deepEqual([like, repost, bookmarked, threadMuted], [marks[10].like, undefined, true, true])
    deepEqual([replyDisabled, embeddingDisabled, pinned], [undefined, false, undefined])
    equal(postView(hydrationOf({records: [counted]}), 10)?.viewer, undefined)
  })

  test('is none where the post is gone, its author hidden, or there is no room for it', () => {
    equal(postView(hydrationOf({}), 10), undefined)
    equal(postView(hydrationOf({records: [post(10, 2)], actors: [actor(2, {isHidden: true})]}), 10), undefined)
    const read = hydrationOf({records: [post(10, 2, {size: 900_000}), post(11, 2, {size: 900_000}), post(12, 2)]})
    deepEqual(
      [10, 11, 12].map(id => postView(read, id) !== undefined),
      [true, false, true],
    )
  })

  test('says whether the viewer has pinned it, of their own', () => {
    const actors = [actor(1, {profile: {pinnedPost: {uri: uriOf(10, 1), cid}} as never})]
    const read = hydrationOf({records: [post(10, 1), post(11, 1), post(12, 2)], actors}, 1)
    deepEqual(
      [10, 11, 12].map(id => postView(read, id)?.viewer?.pinned),
      [true, false, undefined],
    )
  })

  test('shows the gate before its thread with the lists that it lets in', () => {
    const allow = [{$type: 'app.bsky.feed.threadgate#listRule', list: uriOf(40, 2, 'graph.list')}]
    const gate = record(20, 2, 'feed.threadgate', {allow})
    const gated = post(10, 2, {threadgate: 20})
    const read = hydrationOf({records: [gated, gate, list(40, 2)]}, 1)
    deepEqual(
      threadgateView(read, gated)?.lists?.map(({name}) => name),
      ['list 40'],
    )
    equal(postView(read, 10)?.viewer?.replyDisabled, true)
    equal(threadgateView(read, post(11, 2)), undefined)
  })

  test('in a feed has what it answers, the first of its thread, and whom that answers', () => {
    const shown = reply({})
    deepEqual([uriIn(shown?.root), uriIn(shown?.parent), shown?.grandparentAuthor?.did], [first.uri, answer.uri, bob])
    equal(reply({}, 10), undefined)
  })

  test('in a feed says that what it answers is gone, or behind a block', () => {
    deepEqual(kinds({records: [answer, below]}), ['notFoundPost', 'postView'])
    deepEqual(kinds({relations: {3: {blockedBy: true}}}), ['postView', 'blockedPost'])
    deepEqual(kinds({blocks: [[1, 2]]}), ['blockedPost', 'postView'])
  })

  test('in a feed stands by itself where the gate keeps it out', () => {
    equal(reply({records: [first, answer, {...below, violatesGate: true}]}), undefined)
  })

  test('in a feed is there by a repost, a pin, or itself', () => {
    const repost = record(13, 3, 'feed.repost')
    const read = hydrationOf({records: [first, repost]}, 1)
    const reason = (item: number, isPin = false) => feedViewPost(read, {post: 10, item, isPin})?.reason
    deepEqual(reason(10), undefined)
    deepEqual(reason(10, true), {$type: 'app.bsky.feed.defs#reasonPin'})
    const {by, uri, indexedAt} = reason(13) as {by: {did: string}; uri: string; indexedAt: string}
    deepEqual([by.did, uri, indexedAt], [carol, repost.uri, time])
    equal(feedViewPost(read, {post: 10, item: 99}), undefined)
  })

  test('behind a block says whose block it is', () => {
    deepEqual(viewer({relations: {2: {blocking: block}}}), {blockedBy: false, blocking: block})
    deepEqual(viewer({relations: {2: {blockedByList: true}}}), {blockedBy: true, blocking: undefined})
    const byList = {records: [list(40, 1)], relations: {2: {blockingByList: 40}}}
    deepEqual(viewer(byList), {blockedBy: false, blocking: uriOf(40, 1, 'graph.list')})
  })
})

const carrying = (embed: object, more: Partial<RecordCore> = {}): RecordCore =>
  record(10, 2, 'feed.post', {text: '', embed}, more)

const viewOf = (core: RecordCore, contents: Contents = {}): unknown =>
  embedView(hydrationOf({...contents, records: [core, ...(contents.records ?? [])]}, 1), core)

const quoting = (of: RecordCore, id = 10, by = 2) =>
  record(
    id,
    by,
    'feed.post',
    {text: '', embed: {$type: 'app.bsky.embed.record', record: {uri: of.uri, cid}}},
    {embedded: of.uri},
  )

const quotedOf = (core: RecordCore, contents: Contents) =>
  (viewOf(core, contents) as {record: {$type: string; embeds?: unknown[]}}).record

const kind = (core: RecordCore, contents: Contents) => quotedOf(core, contents).$type.split('#')[1]

const both = (media: object) =>
  viewOf(
    carrying(
      {$type: 'app.bsky.embed.recordWithMedia', record: {record: {uri: quoted.uri, cid}}, media},
      {embedded: quoted.uri},
    ),
    {records: [quoted]},
  ) as {$type: string; media?: {$type: string}} | undefined

suite('the view of what a post carries', () => {
  const picture = {image: blob, alt: 'a cat', aspectRatio: {width: 1, height: 2}}

  test('pictures are small and large', () => {
    const view = viewOf(carrying({$type: 'app.bsky.embed.images', images: [picture]}))
    deepEqual(view, {
      $type: 'app.bsky.embed.images#view',
      images: [
        {
          thumb: `${base}/img/feed_thumbnail/plain/${bob}/${cid}`,
          fullsize: `${base}/img/feed_fullsize/plain/${bob}/${cid}`,
          alt: 'a cat',
          aspectRatio: {width: 1, height: 2},
        },
      ],
    })
  })

  test('a gallery shows ten pictures, and nothing that it does not know', () => {
    const image = {$type: 'app.bsky.embed.gallery#image', ...picture}
    const items = [{$type: 'app.bsky.embed.gallery#other'}, ...Array.from({length: 12}, () => image)]
    const view = viewOf(carrying({$type: 'app.bsky.embed.gallery', items})) as {items: unknown[]}
    equal(view.items.length, 9)
  })

  test('a video has a stream and a still', () => {
    const view = viewOf(carrying({$type: 'app.bsky.embed.video', video: blob, alt: 'a film'}))
    const {cid: of, playlist, thumbnail, alt} = view as Record<string, string>
    const video = `${base}/vid/${encodeURIComponent(bob)}/${cid}`
    deepEqual([of, playlist, thumbnail, alt], [cid, `${video}/playlist.m3u8`, `${video}/thumbnail.jpg`, 'a film'])
  })

  test('a card may have a picture', () => {
    const external = {uri: 'https://a.test', title: 'A', description: ''}
    const cardOf = (thumb?: object) =>
      (
        viewOf(carrying({$type: 'app.bsky.embed.external', external: {...external, thumb}})) as {
          external: {thumb?: string}
        }
      ).external.thumb
    deepEqual([cardOf(), cardOf(blob)], [undefined, `${base}/img/feed_thumbnail/plain/${bob}/${cid}`])
  })

  test('what is of no known type is not shown', () => {
    equal(viewOf(carrying({$type: 'app.bsky.embed.other'})), undefined)
    equal(viewOf(post(10, 2)), undefined)
  })

  test('a quoted post is shown, or why it is not', () => {
    const quote = quoting(quoted)
    equal(kind(quote, {records: [quoted]}), 'viewRecord')
    equal(kind(quote, {}), 'viewNotFound')
    equal(kind(quote, {records: [quoted], actors: [actor(3, {isHidden: true})]}), 'viewNotFound')
    equal(kind(quote, {records: [quoted], relations: {3: {blockedBy: true}}}), 'viewBlocked')
    equal(kind(quote, {records: [quoted], blocks: [[2, 3]]}), 'viewBlocked')
    const gate = record(20, 3, 'feed.postgate', {detachedEmbeddingUris: [quote.uri]})
    equal(kind(quote, {records: [{...quoted, postgate: 20}, gate]}), 'viewDetached')
    equal(kind(quote, {records: [{...quoted, size: 5_000_000}]}), 'viewNotFound')
  })

  test('a post that is quoted shows what it carries itself, and that nothing more', () => {
    const inner = quoting(quoted, 12, 3)
    const outer = quotedOf(quoting(inner), {records: [inner, quoted]})
    const [next] = (outer.embeds ?? []) as {record: {$type: string; embeds?: unknown[]}}[]
    deepEqual([next.record.$type, next.record.embeds], ['app.bsky.embed.record#viewRecord', undefined])
  })

  test('feeds, lists, labelers and starter packs are shown as they are', () => {
    const all = [generator(20, 3), list(21, 3), record(22, 3, 'labeler.service'), starterPack(23, 3, 21)]
    deepEqual(
      all.map(core => kind(quoting(core), {records: [core]})),
      ['generatorView', 'listView', 'labelerView', 'starterPackViewBasic'],
    )
    const other = record(24, 3, 'graph.follow')
    equal(kind(quoting(other), {records: [other]}), 'viewNotFound')
  })

  test('a quote with media shows both, and nothing where the media is not known', () => {
    equal(both({$type: 'app.bsky.embed.images', images: []})?.media?.$type, 'app.bsky.embed.images#view')
    equal(both({$type: 'app.bsky.embed.other'}), undefined)
  })
})

suite('the view of lists, feeds and starter packs', () => {
  test('a list is as long as it is, and says whether the viewer mutes or blocks by it', () => {
    const lists = {40: {size: 7, isMuted: true, blocking: block}}
    const view = listView(hydrationOf({records: [list(40, 2, {description: 'Some'})], lists}, 1), 40)
    deepEqual([view?.listItemCount, view?.description, view?.creator.did], [7, 'Some', bob])
    deepEqual(view?.viewer, {muted: true, blocked: block})
    equal(listView(hydrationOf({records: [post(40, 2)]}), 40), undefined)
  })

  test('a feed has its service, its maker and its likes', () => {
    const like = uriOf(7, 1, 'feed.like')
    const read = hydrationOf({records: [{...generator(20, 2), likes: 3}], marks: {20: {like}}}, 1)
    const view = generatorView(read, 20)
    deepEqual([view?.did, view?.creator.did, view?.likeCount, view?.viewer], ['did:web:feeds.test', bob, 3, {like}])
    equal(generatorView(read, 99), undefined)
  })

  test('a labeler has its maker, and no other record is one', () => {
    const read = hydrationOf({records: [record(22, 2, 'labeler.service'), post(10, 2)]})
    deepEqual([labelerView(read, 22)?.creator.did, labelerView(read, 10)], [bob, undefined])
  })

  test('a starter pack says how many it brought, and of those lately', () => {
    const read = hydrationOf({records: [starterPack(50, 2, 40, {joined: 9})]})
    read.joinedLately = new Map([[50, 2]])
    const view = starterPackViewBasic(read, 50)
    deepEqual([view?.joinedAllTimeCount, view?.joinedWeekCount], [9, 2])
  })

  test('pictures are had from where the AppView is reached, whatever its URL ends with', () => {
    equal(imageUrls('https://a.test/').image('avatar', alice, cid), `https://a.test/img/avatar/plain/${alice}/${cid}`)
    ok(imageUrls('https://a.test').playlist(alice, cid).startsWith('https://a.test/vid/did%3Aweb%3Aalice.test/'))
  })
})
