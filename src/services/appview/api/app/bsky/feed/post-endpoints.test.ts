/** What the methods of app.bsky.feed for posts answer, given what stands behind them. */
import {
  alice,
  bob,
  carol,
  type Contents,
  cid,
  endpointTable,
  hydratorOf,
  pageOf,
  post,
  record,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getLikes} from './getLikes.ts'
import {endpoint as getPosts} from './getPosts.ts'
import {endpoint as getPostThread} from './getPostThread.ts'
import {endpoint as getQuotes} from './getQuotes.ts'
import {endpoint as getRepostedBy} from './getRepostedBy.ts'
import {endpoint as searchPosts} from './searchPosts.ts'
import {endpoint as searchPostsV2} from './searchPostsV2.ts'

const [ofBob, ofCarol] = [post(10, 2), post(11, 3)]
const repost = record(12, 3, 'feed.repost', {subject: {uri: ofBob.uri, cid}})
const answer = post(13, 3, {}, ofBob)
const posts = [ofBob, ofCarol]
const blocked = {2: {blocking: 'at://did:web:alice.test/app.bsky.graph.block/self'}}

const like = record(30, 3, 'feed.like', {subject: {uri: ofBob.uri, cid}})
const likes = (contents: Contents) => () => ({
  hydrator: hydratorOf({records: [ofBob, like], ...contents}),
  skeletons: {page: pageOf({id: 30, subject: 3})},
})

endpointTable(getLikes, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows who likes a record',
      deps: likes({}),
      params: {uri: ofBob.uri},
      at: 'likes.*.actor.did',
      gives: [carol],
    },
    {
      it: 'shows nobody behind a block with the viewer',
      deps: likes({relations: {3: {blockedBy: true}}}),
      params: {uri: ofBob.uri},
      at: 'likes',
      gives: [],
    },
    {
      it: 'shows nobody behind a block with its author',
      deps: likes({blocks: [[2, 3]]}),
      params: {uri: ofBob.uri},
      at: 'likes',
      gives: [],
    },
    {
      it: 'knows of no likes of what it has not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {uri: ofBob.uri},
      gives: {uri: ofBob.uri, likes: []},
    },
  ],
})

endpointTable(getRepostedBy, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows who has reposted a post',
      deps: () => ({hydrator: hydratorOf({records: [ofBob]}), skeletons: {page: pageOf({subject: 3}, {subject: 1})}}),
      params: {uri: ofBob.uri},
      at: 'repostedBy.*.did',
      gives: [carol, alice],
    },
    {
      it: 'knows of no reposts of what it has not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {uri: ofBob.uri, cid},
      gives: {uri: ofBob.uri, cid, repostedBy: []},
    },
  ],
})

const quoting = post(14, 3, {quoted: 10})
const quotes = (contents: Contents) => () => ({
  hydrator: hydratorOf({records: [ofBob, quoting], ...contents}),
  skeletons: {page: pageOf({id: 14, subject: 14})},
})

endpointTable(getQuotes, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the posts that quote one',
      deps: quotes({}),
      params: {uri: ofBob.uri},
      at: 'posts.*.uri',
      gives: [quoting.uri],
    },
    {
      it: 'shows none across a block with the viewer',
      deps: quotes({relations: {3: {blockedByList: true}}}),
      params: {uri: ofBob.uri},
      at: 'posts',
      gives: [],
    },
    {
      it: 'shows none across a block with the author',
      deps: quotes({blocks: [[3, 2]]}),
      params: {uri: ofBob.uri},
      at: 'posts',
      gives: [],
    },
    {
      it: 'knows of no quotes of what it has not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {uri: ofBob.uri},
      gives: {uri: ofBob.uri, posts: []},
    },
  ],
})

endpointTable(getPosts, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the posts that there are, in their order, each once',
      deps: () => ({hydrator: hydratorOf({records: [...posts, repost]})}),
      params: {uris: [ofCarol.uri, ofBob.uri, ofCarol.uri, repost.uri, uriOf(99, 2)]},
      at: 'posts.*.uri',
      gives: [ofCarol.uri, ofBob.uri],
    },
    {
      it: 'shows none across a block',
      deps: () => ({hydrator: hydratorOf({records: posts, relations: blocked})}),
      params: {uris: [ofCarol.uri, ofBob.uri]},
      at: 'posts.*.uri',
      gives: [ofCarol.uri],
    },
  ],
})

const threadOf = (contents: Contents) => () => ({
  hydrator: hydratorOf(contents),
  skeletons: {
    above: async () => [],
    below: async () => new Map([[10, [13]]]),
    chain: async () => [],
    likedBy: async () => new Map([[13, 'self']]),
  },
})

endpointTable(getPostThread, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows a post with what answers it, and which of that its author likes',
      deps: threadOf({records: [ofBob, answer]}),
      params: {uri: ofBob.uri},
      at: 'thread.replies.*.threadContext.rootAuthorLike',
      gives: [`at://${bob}/app.bsky.feed.like/self`],
    },
    {
      it: 'shows that the post is behind a block',
      deps: threadOf({records: [ofBob, answer], relations: blocked}),
      params: {uri: ofBob.uri},
      at: 'thread.$type',
      gives: 'app.bsky.feed.defs#blockedPost',
    },
    {
      it: 'leaves out what the gate does not let in',
      deps: threadOf({records: [ofBob, {...answer, violatesGate: true}]}),
      params: {uri: ofBob.uri},
      at: 'thread.replies',
      gives: [],
    },
    {
      it: 'says that there is no such post, and how far the index is',
      deps: threadOf({}),
      params: {uri: ofBob.uri},
      fails: 'NotFound',
      status: 400,
    },
  ],
})

const finds = (...ids: number[]) => ({
  latestPosts: async () => ({ids, cursor: undefined}),
  topPosts: async () => ({ids: ids.toReversed(), cursor: undefined}),
})
const asked =
  (contents: Contents = {}) =>
  () => ({
    hydrator: hydratorOf({records: posts, ...contents}),
    search: finds(10, 11),
  })

endpointTable(searchPosts, {
  auth: 'anyone',
  never: {BadQueryString: 'whatever is typed is a query'},
  rows: [
    {
      it: 'gives the newest first',
      deps: asked(),
      params: {q: 'x', sort: 'latest'},
      at: 'posts.*.uri',
      gives: [ofBob.uri, ofCarol.uri],
    },
    {
      it: 'or the best',
      deps: asked(),
      params: {q: 'x', sort: 'top'},
      at: 'posts.*.uri',
      gives: [ofCarol.uri, ofBob.uri],
    },
    {
      it: 'shows none across a block',
      deps: asked({relations: blocked}),
      params: {q: 'x'},
      at: 'posts.*.uri',
      gives: [ofCarol.uri],
    },
    {
      it: 'looks for posts of the account that is named, by handle and as me',
      deps: note => ({
        hydrator: hydratorOf({}),
        search: {
          async latestPosts({authors, phrases}: {authors?: readonly number[]; phrases: string[]}) {
            note(authors, phrases)
            return {ids: [], cursor: undefined}
          },
        },
      }),
      params: {q: 'from:me from:bob.test rain', sort: 'latest'},
      at: 'posts',
      gives: [],
      asks: [[[1, 2], ['"rain"']]],
    },
  ],
})

endpointTable(searchPostsV2, {
  auth: 'anyone',
  rows: [
    {
      it: 'finds by a query',
      deps: asked(),
      params: {query: 'x', sort: 'recent'},
      at: 'posts.*.uri',
      gives: [ofBob.uri, ofCarol.uri],
    },
    {
      it: 'leaves out replies where they are not wished for',
      deps: () => ({hydrator: hydratorOf({records: [ofBob, answer]}), search: finds(10, 13)}),
      params: {query: 'x', excludeReplies: true, sort: 'recent'},
      at: 'posts.*.uri',
      gives: [ofBob.uri],
    },
    {it: 'asks for a query or a filter', deps: asked(), params: {query: ' '}, fails: 'BadQueryString'},
    {
      it: 'takes no filters that exclude each other',
      deps: asked(),
      params: {query: 'x', repliesOnly: true, excludeReplies: true},
      fails: 'BadQueryString',
    },
  ],
})
