/** Every method that an AppView answers. */
import type {Endpoint} from '#xrpc/endpoint.ts'
import type {Callers} from '../callers.ts'
import type {FeedServices} from '../feed-services.ts'
import type {Hydrator} from '../hydration/hydration.ts'
import type {Feeds} from '../skeletons/feeds.ts'
import type {Graph} from '../skeletons/graph.ts'
import type {Threads} from '../skeletons/threads.ts'
import {endpoint as getProfile} from './app/bsky/actor/getProfile.ts'
import {endpoint as getProfiles} from './app/bsky/actor/getProfiles.ts'
import {endpoint as getActorFeeds} from './app/bsky/feed/getActorFeeds.ts'
import {endpoint as getActorLikes} from './app/bsky/feed/getActorLikes.ts'
import {endpoint as getAuthorFeed} from './app/bsky/feed/getAuthorFeed.ts'
import {endpoint as getFeed} from './app/bsky/feed/getFeed.ts'
import {endpoint as getFeedGenerator} from './app/bsky/feed/getFeedGenerator.ts'
import {endpoint as getFeedGenerators} from './app/bsky/feed/getFeedGenerators.ts'
import {endpoint as getLikes} from './app/bsky/feed/getLikes.ts'
import {endpoint as getListFeed} from './app/bsky/feed/getListFeed.ts'
import {endpoint as getPosts} from './app/bsky/feed/getPosts.ts'
import {endpoint as getPostThread} from './app/bsky/feed/getPostThread.ts'
import {endpoint as getQuotes} from './app/bsky/feed/getQuotes.ts'
import {endpoint as getRepostedBy} from './app/bsky/feed/getRepostedBy.ts'
import {endpoint as getTimeline} from './app/bsky/feed/getTimeline.ts'
import {endpoint as getFollowers} from './app/bsky/graph/getFollowers.ts'
import {endpoint as getFollows} from './app/bsky/graph/getFollows.ts'
import {endpoint as getPostThreadOtherV2} from './app/bsky/unspecced/getPostThreadOtherV2.ts'
import {endpoint as getPostThreadV2} from './app/bsky/unspecced/getPostThreadV2.ts'

export interface AppViewParts {
  hydrator: Hydrator
  feeds: Feeds
  graph: Graph
  threads: Threads
  feedServices: FeedServices
}

export const appviewEndpoints = (parts: AppViewParts): Endpoint<Callers>[] => [
  getActorFeeds(parts),
  getActorLikes(parts),
  getAuthorFeed(parts),
  getFeed(parts),
  getFeedGenerator(parts),
  getFeedGenerators(parts),
  getFollowers(parts),
  getFollows(parts),
  getLikes(parts),
  getListFeed(parts),
  getPosts(parts),
  getPostThread(parts),
  getPostThreadOtherV2(parts),
  getPostThreadV2(parts),
  getProfile(parts),
  getProfiles(parts),
  getQuotes(parts),
  getRepostedBy(parts),
  getTimeline(parts),
]
