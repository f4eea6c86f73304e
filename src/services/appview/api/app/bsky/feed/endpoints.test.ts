/** What the methods of app.bsky.feed for feeds answer, given what stands behind them. */
import {equal} from 'node:assert/strict'
import {
  actor,
  alice,
  bob,
  carol,
  type Contents,
  cid,
  endpointTable,
  generator,
  hydratorOf,
  list,
  pageOf,
  post,
  record,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getActorFeeds} from './getActorFeeds.ts'
import {endpoint as getActorLikes} from './getActorLikes.ts'
import {endpoint as getAuthorFeed} from './getAuthorFeed.ts'
import {endpoint as getFeed} from './getFeed.ts'
import {endpoint as getFeedGenerator} from './getFeedGenerator.ts'
import {endpoint as getFeedGenerators} from './getFeedGenerators.ts'
import {endpoint as getListFeed} from './getListFeed.ts'
import {endpoint as getSuggestedFeeds} from './getSuggestedFeeds.ts'
import {endpoint as getTimeline} from './getTimeline.ts'

const [ofBob, ofCarol] = [post(10, 2), post(11, 3)]
const repost = record(12, 3, 'feed.repost', {subject: {uri: ofBob.uri, cid}})
const answer = post(13, 3, {}, ofBob)
const posts = [ofBob, ofCarol]
/** Items of a feed: posts by themselves, and one by a repost. */
const item = (id: number, by = id) => ({post: id, item: by})
const blocked = {2: {blocking: 'at://did:web:alice.test/app.bsky.graph.block/self'}}
const feedUris = 'feed.*.post.uri'

endpointTable(getTimeline, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows posts and reposts in their order, with what was indexed of the viewer',
      deps: () => ({
        hydrator: hydratorOf({records: [...posts, repost]}),
        skeletons: {timeline: pageOf(item(11), item(10, 12))},
      }),
      async check(response) {
        equal(response.headers.get('atproto-repo-rev'), '3jui7kd54zh2y')
        const {feed} = (await response.json()) as {feed: {post: {uri: string}; reason?: {by: {did: string}}}[]}
        equal(
          feed.map(one => `${one.post.uri} ${one.reason?.by.did}`).join(),
          `${ofCarol.uri} undefined,${ofBob.uri} ${carol}`,
        )
      },
    },
    {
      it: 'leaves out who is blocked or muted, and whose reposts are',
      deps: () => ({
        hydrator: hydratorOf({records: [...posts, repost], relations: {2: {muted: 'all'}, 3: {muted: 'reposts'}}}),
        skeletons: {timeline: pageOf(item(11), item(10), item(10, 12))},
      }),
      at: feedUris,
      gives: [ofCarol.uri],
    },
    {
      it: 'leaves out what answers somebody who is blocked',
      deps: () => ({
        hydrator: hydratorOf({records: [ofBob, answer], relations: blocked}),
        skeletons: {timeline: pageOf(item(13))},
      }),
      at: feedUris,
      gives: [],
    },
    {
      it: 'is empty for who was never met',
      deps: () => ({hydrator: hydratorOf({gone: [1]})}),
      gives: {feed: []},
    },
    {
      it: 'takes no cursor that was not given here',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {cursor: 'x'},
      fails: 'InvalidRequest',
    },
  ],
})

const authorFeed =
  (contents: Contents, ...items: {post: number; item: number}[]) =>
  () => ({
    hydrator: hydratorOf(contents),
    skeletons: {authorFeed: pageOf(...items)},
  })

endpointTable(getAuthorFeed, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows what an account has posted',
      deps: authorFeed({records: posts}, item(10)),
      params: {actor: bob},
      at: feedUris,
      gives: [ofBob.uri],
    },
    {
      it: 'puts the pinned post of the account first, and shows it once',
      deps: authorFeed(
        {
          records: [ofBob, post(14, 2)],
          actors: [actor(2, {profile: {pinnedPost: {uri: ofBob.uri, cid}} as never})],
        },
        item(14),
        item(10),
      ),
      params: {actor: bob, includePins: true},
      at: feedUris,
      gives: [ofBob.uri, uriOf(14, 2)],
    },
    {
      it: 'pins nobody else’s post',
      deps: authorFeed(
        {records: posts, actors: [actor(2, {profile: {pinnedPost: {uri: ofCarol.uri, cid}} as never})]},
        item(10),
      ),
      params: {actor: bob, includePins: true},
      at: feedUris,
      gives: [ofBob.uri],
    },
    {
      it: 'shows of its threads only what is all the account’s own',
      deps: authorFeed(
        {records: [ofBob, answer, post(14, 2, {}, answer), post(15, 2, {}, ofBob)]},
        item(15),
        item(14),
        item(10),
      ),
      params: {actor: bob, filter: 'posts_and_author_threads'},
      at: feedUris,
      gives: [uriOf(15, 2), ofBob.uri],
    },
    {
      it: 'shows no repost of an account that is muted',
      deps: authorFeed({records: [ofBob, repost], relations: {2: {muted: 'all'}}}, item(10, 12)),
      params: {actor: carol},
      at: feedUris,
      gives: [],
    },
    {it: 'knows nobody who was not met', deps: authorFeed({}), params: {actor: 'x.test'}, fails: 'InvalidRequest'},
    {
      it: 'shows nobody who is hidden',
      deps: authorFeed({actors: [actor(2, {isHidden: true})]}),
      params: {actor: bob},
      fails: 'InvalidRequest',
    },
    {
      it: 'says that the viewer has blocked the account, also by a list',
      deps: authorFeed({relations: {2: {blockingByList: 20}}}),
      params: {actor: bob},
      fails: 'BlockedActor',
    },
    {
      it: 'says that the account has blocked the viewer',
      deps: authorFeed({relations: {2: {blockedBy: true}}}),
      params: {actor: bob},
      fails: 'BlockedByActor',
    },
  ],
})

endpointTable(getActorLikes, {
  auth: 'anyone',
  never: {BlockedActor: 'nobody blocks themselves', BlockedByActor: 'nobody blocks themselves'},
  rows: [
    {
      it: 'shows the viewer what they like themselves',
      deps: () => ({hydrator: hydratorOf({records: posts}), skeletons: {liked: pageOf(item(11), item(10))}}),
      params: {actor: alice},
      at: feedUris,
      gives: [ofCarol.uri, ofBob.uri],
    },
    {
      it: 'shows nobody what others like',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: bob},
      fails: 'InvalidRequest',
    },
    {
      it: 'shows nothing to who is not signed in',
      deps: () => ({hydrator: hydratorOf({})}),
      caller: undefined,
      params: {actor: bob},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(getActorFeeds, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the feeds that an account offers',
      deps: () => ({
        hydrator: hydratorOf({records: [generator(20, 2)]}),
        skeletons: {page: pageOf({id: 20, subject: 20})},
      }),
      params: {actor: bob},
      at: 'feeds.*.displayName',
      gives: ['feed 20'],
    },
    {
      it: 'shows none of who is behind a block',
      deps: () => ({
        hydrator: hydratorOf({records: [generator(20, 2)], relations: blocked}),
        skeletons: {page: pageOf({id: 20, subject: 20})},
      }),
      params: {actor: bob},
      at: 'feeds',
      gives: [],
    },
    {
      it: 'knows nobody who was not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: 'x.test'},
      fails: 'InvalidRequest',
    },
  ],
})

const feedUri = uriOf(20, 2, 'feed.generator')
const feedOf =
  (skeleton: object, records = [generator(20, 2), ...posts, repost]) =>
  () => ({
    hydrator: hydratorOf({records}),
    feedServices: {skeleton: async () => skeleton as never},
  })

endpointTable(getFeed, {
  auth: 'feed',
  rows: [
    {
      it: 'asks the feed’s own service which posts, and shows those that there are',
      deps: note => ({
        hydrator: hydratorOf({records: [generator(20, 2), ...posts]}),
        feedServices: {
          async skeleton(did: string, params: object) {
            note(did, params)
            return {feed: [{post: ofCarol.uri}, {post: uriOf(99, 3)}, {post: ofBob.uri}], cursor: 'next'} as never
          },
        },
      }),
      params: {feed: feedUri, limit: 10},
      at: feedUris,
      gives: [ofCarol.uri, ofBob.uri],
      asks: [['did:web:feeds.test', {feed: feedUri, limit: 10, cursor: undefined}]],
    },
    {
      it: 'shows no more than were asked for',
      deps: feedOf({feed: posts.map(({uri}) => ({post: uri}))}),
      params: {feed: feedUri, limit: 1},
      at: feedUris,
      gives: [ofBob.uri],
    },
    {
      it: 'says by whose repost, and why, a post is there',
      deps: feedOf({
        feed: [
          {
            post: ofBob.uri,
            reason: {$type: 'app.bsky.feed.defs#skeletonReasonRepost', repost: repost.uri},
            feedContext: 'why',
          },
        ],
        reqId: 'one',
      }),
      params: {feed: feedUri},
      check: async response => {
        const {feed} = (await response.json()) as {
          feed: {reason: {by: {did: string}}; feedContext: string; reqId: string}[]
        }
        equal(feed.map(one => [one.reason.by.did, one.feedContext, one.reqId].join(' ')).join(), `${carol} why one`)
      },
    },
    {
      it: 'shows nothing by the repost of another post',
      deps: feedOf({
        feed: [{post: ofCarol.uri, reason: {$type: 'app.bsky.feed.defs#skeletonReasonRepost', repost: repost.uri}}],
      }),
      params: {feed: feedUri},
      at: 'feed',
      gives: [],
    },
    {
      it: 'ends where the service gives the same cursor again',
      deps: feedOf({feed: [{post: ofBob.uri}], cursor: 'a'}),
      params: {feed: feedUri, cursor: 'a'},
      at: 'cursor',
      gives: undefined,
    },
    {
      it: 'passes on what the service says comes next',
      deps: feedOf({feed: [{post: ofBob.uri}], cursor: 'b'}),
      params: {feed: feedUri, cursor: 'a'},
      at: 'cursor',
      gives: 'b',
    },
    {it: 'knows no feed that is none', deps: feedOf({}, posts), params: {feed: ofBob.uri}, fails: 'UnknownFeed'},
  ],
})

const service = (endpoint?: string) => ({endpointOf: async () => endpoint})

endpointTable(getFeedGenerator, {
  auth: 'anyone',
  rows: [
    {
      it: 'says whether the service of a feed is there',
      deps: () => ({hydrator: hydratorOf({records: [generator(20, 2)]}), feedServices: service('https://feeds.test')}),
      params: {feed: feedUri},
      at: 'isOnline',
      gives: true,
    },
    {
      it: 'says that it is not',
      deps: () => ({hydrator: hydratorOf({records: [generator(20, 2)]}), feedServices: service()}),
      params: {feed: feedUri},
      at: 'isValid',
      gives: false,
    },
    {
      it: 'knows no feed that is gone',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {feed: feedUri},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(getFeedGenerators, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows feeds in the order of their URIs, each once',
      deps: () => ({hydrator: hydratorOf({records: [generator(20, 2), generator(21, 3)]})}),
      params: {feeds: [uriOf(21, 3, 'feed.generator'), feedUri, feedUri, uriOf(29, 2, 'feed.generator')]},
      at: 'feeds.*.displayName',
      gives: ['feed 21', 'feed 20'],
    },
    {
      it: 'takes a hundred at most',
      params: {feeds: Array.from({length: 101}, () => feedUri)},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(getSuggestedFeeds, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the most liked, and says where to go on',
      deps: () => ({
        hydrator: hydratorOf({records: [generator(20, 2)]}),
        search: {
          popularFeeds: async (text, offset, limit) => (text === undefined && offset === 3 && limit === 1 ? [20] : []),
        },
      }),
      params: {limit: 1, cursor: '3'},
      at: 'cursor',
      gives: '4',
    },
  ],
})

const listUri = uriOf(40, 2, 'graph.list')
const listFeed = (contents: Contents) => () => ({
  hydrator: hydratorOf({records: [list(40, 2), ...posts], ...contents}),
  skeletons: {listFeed: pageOf(item(11), item(10))},
})

endpointTable(getListFeed, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows what the accounts on a list have posted',
      deps: listFeed({}),
      params: {list: listUri},
      at: feedUris,
      gives: [ofCarol.uri, ofBob.uri],
    },
    {
      it: 'shows nobody across a block with the owner of the list',
      deps: listFeed({blocks: [[2, 3]]}),
      params: {list: listUri},
      at: feedUris,
      gives: [ofBob.uri],
    },
    {
      it: 'shows no list whose owner is hidden',
      deps: listFeed({actors: [actor(2, {isHidden: true})]}),
      params: {list: listUri},
      fails: 'UnknownList',
    },
    {it: 'knows no list that is none', deps: listFeed({}), params: {list: ofBob.uri}, fails: 'UnknownList'},
    {it: 'knows no list that is gone', deps: listFeed({records: []}), params: {list: listUri}, fails: 'UnknownList'},
  ],
})
