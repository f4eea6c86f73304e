/** Every method that an AppView answers. */
import type {Identities} from '#sdk/identity.ts'
import type {Endpoint} from '#xrpc/endpoint.ts'
import type {Callers} from '../callers.ts'
import type {FeedServices} from '../feed-services.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {PrivateStore} from '../store/private/private-store.ts'
import type {SearchStore} from '../store/search/search-store.ts'
import type {SkeletonStore} from '../store/skeletons/skeleton-store.ts'
import {endpoint as getProfile} from './app/bsky/actor/getProfile.ts'
import {endpoint as getProfiles} from './app/bsky/actor/getProfiles.ts'
import {endpoint as getSuggestions} from './app/bsky/actor/getSuggestions.ts'
import {endpoint as searchActors} from './app/bsky/actor/searchActors.ts'
import {endpoint as searchActorsTypeahead} from './app/bsky/actor/searchActorsTypeahead.ts'
import {endpoint as getAgeAssuranceConfig} from './app/bsky/ageassurance/getConfig.ts'
import {endpoint as getAgeAssurance} from './app/bsky/ageassurance/getState.ts'
import {endpoint as createBookmark} from './app/bsky/bookmark/createBookmark.ts'
import {endpoint as deleteBookmark} from './app/bsky/bookmark/deleteBookmark.ts'
import {endpoint as getBookmarks} from './app/bsky/bookmark/getBookmarks.ts'
import {endpoint as createDraft} from './app/bsky/draft/createDraft.ts'
import {endpoint as deleteDraft} from './app/bsky/draft/deleteDraft.ts'
import {endpoint as getDrafts} from './app/bsky/draft/getDrafts.ts'
import {endpoint as updateDraft} from './app/bsky/draft/updateDraft.ts'
import {endpoint as getActorFeeds} from './app/bsky/feed/getActorFeeds.ts'
import {endpoint as getActorLikes} from './app/bsky/feed/getActorLikes.ts'
import {endpoint as getAuthorFeed} from './app/bsky/feed/getAuthorFeed.ts'
import {endpoint as getFeed} from './app/bsky/feed/getFeed.ts'
import {endpoint as getFeedGenerator} from './app/bsky/feed/getFeedGenerator.ts'
import {endpoint as getFeedGenerators} from './app/bsky/feed/getFeedGenerators.ts'
import {endpoint as getLikes} from './app/bsky/feed/getLikes.ts'
import {endpoint as getListFeed} from './app/bsky/feed/getListFeed.ts'
import {endpoint as getPostThread} from './app/bsky/feed/getPostThread.ts'
import {endpoint as getPosts} from './app/bsky/feed/getPosts.ts'
import {endpoint as getQuotes} from './app/bsky/feed/getQuotes.ts'
import {endpoint as getRepostedBy} from './app/bsky/feed/getRepostedBy.ts'
import {endpoint as getSuggestedFeeds} from './app/bsky/feed/getSuggestedFeeds.ts'
import {endpoint as getTimeline} from './app/bsky/feed/getTimeline.ts'
import {endpoint as searchPosts} from './app/bsky/feed/searchPosts.ts'
import {endpoint as searchPostsV2} from './app/bsky/feed/searchPostsV2.ts'
import {endpoint as getActorStarterPacks} from './app/bsky/graph/getActorStarterPacks.ts'
import {endpoint as getBlocks} from './app/bsky/graph/getBlocks.ts'
import {endpoint as getFollowers} from './app/bsky/graph/getFollowers.ts'
import {endpoint as getFollows} from './app/bsky/graph/getFollows.ts'
import {endpoint as getKnownFollowers} from './app/bsky/graph/getKnownFollowers.ts'
import {endpoint as getList} from './app/bsky/graph/getList.ts'
import {endpoint as getListBlocks} from './app/bsky/graph/getListBlocks.ts'
import {endpoint as getListMutes} from './app/bsky/graph/getListMutes.ts'
import {endpoint as getLists} from './app/bsky/graph/getLists.ts'
import {endpoint as getListsWithMembership} from './app/bsky/graph/getListsWithMembership.ts'
import {endpoint as getMutes} from './app/bsky/graph/getMutes.ts'
import {endpoint as getRelationships} from './app/bsky/graph/getRelationships.ts'
import {endpoint as getStarterPack} from './app/bsky/graph/getStarterPack.ts'
import {endpoint as getStarterPacks} from './app/bsky/graph/getStarterPacks.ts'
import {endpoint as getSuggestedFollowsByActor} from './app/bsky/graph/getSuggestedFollowsByActor.ts'
import {endpoint as muteActor} from './app/bsky/graph/muteActor.ts'
import {endpoint as muteActorList} from './app/bsky/graph/muteActorList.ts'
import {endpoint as muteThread} from './app/bsky/graph/muteThread.ts'
import {endpoint as searchStarterPacks} from './app/bsky/graph/searchStarterPacks.ts'
import {endpoint as searchStarterPacksV2} from './app/bsky/graph/searchStarterPacksV2.ts'
import {endpoint as unmuteActor} from './app/bsky/graph/unmuteActor.ts'
import {endpoint as unmuteActorList} from './app/bsky/graph/unmuteActorList.ts'
import {endpoint as unmuteThread} from './app/bsky/graph/unmuteThread.ts'
import {endpoint as getServices} from './app/bsky/labeler/getServices.ts'
import {endpoint as getPreferences} from './app/bsky/notification/getPreferences.ts'
import {endpoint as getUnreadCount} from './app/bsky/notification/getUnreadCount.ts'
import {endpoint as listActivitySubscriptions} from './app/bsky/notification/listActivitySubscriptions.ts'
import {endpoint as listNotifications} from './app/bsky/notification/listNotifications.ts'
import {endpoint as putActivitySubscription} from './app/bsky/notification/putActivitySubscription.ts'
import {endpoint as putPreferences} from './app/bsky/notification/putPreferences.ts'
import {endpoint as putPreferencesV2} from './app/bsky/notification/putPreferencesV2.ts'
import {endpoint as registerPush} from './app/bsky/notification/registerPush.ts'
import {endpoint as unregisterPush} from './app/bsky/notification/unregisterPush.ts'
import {endpoint as updateSeen} from './app/bsky/notification/updateSeen.ts'
import {endpoint as getAgeAssuranceState} from './app/bsky/unspecced/getAgeAssuranceState.ts'
import {endpoint as getConfig} from './app/bsky/unspecced/getConfig.ts'
import {endpoint as getOnboardingSuggestedStarterPacks} from './app/bsky/unspecced/getOnboardingSuggestedStarterPacks.ts'
import {endpoint as getPopularFeedGenerators} from './app/bsky/unspecced/getPopularFeedGenerators.ts'
import {endpoint as getPostThreadOtherV2} from './app/bsky/unspecced/getPostThreadOtherV2.ts'
import {endpoint as getPostThreadV2} from './app/bsky/unspecced/getPostThreadV2.ts'
import {endpoint as getSuggestedFeedsUnspecced} from './app/bsky/unspecced/getSuggestedFeeds.ts'
import {endpoint as getSuggestedOnboardingUsers} from './app/bsky/unspecced/getSuggestedOnboardingUsers.ts'
import {endpoint as getSuggestedStarterPacks} from './app/bsky/unspecced/getSuggestedStarterPacks.ts'
import {endpoint as getSuggestedUsers} from './app/bsky/unspecced/getSuggestedUsers.ts'
import {endpoint as getSuggestedUsersForDiscover} from './app/bsky/unspecced/getSuggestedUsersForDiscover.ts'
import {endpoint as getSuggestedUsersForExplore} from './app/bsky/unspecced/getSuggestedUsersForExplore.ts'
import {endpoint as getSuggestedUsersForSeeMore} from './app/bsky/unspecced/getSuggestedUsersForSeeMore.ts'
import {endpoint as getTaggedSuggestions} from './app/bsky/unspecced/getTaggedSuggestions.ts'
import {endpoint as getTrendingTopics} from './app/bsky/unspecced/getTrendingTopics.ts'
import {endpoint as getTrends} from './app/bsky/unspecced/getTrends.ts'
import {endpoint as resolveHandle} from './com/atproto/identity/resolveHandle.ts'
import {endpoint as queryLabels} from './com/atproto/label/queryLabels.ts'
import {endpoint as getRecord} from './com/atproto/repo/getRecord.ts'

export interface AppViewParts {
  hydrator: HydrationStore
  skeletons: SkeletonStore
  search: SearchStore
  state: PrivateStore
  feedServices: FeedServices
  identities: Pick<Identities, 'handleDid'>
}

export const appviewEndpoints = (parts: AppViewParts): Endpoint<Callers>[] => [
  createBookmark(parts),
  createDraft(parts),
  deleteBookmark(parts),
  deleteDraft(parts),
  getActorFeeds(parts),
  getActorLikes(parts),
  getActorStarterPacks(parts),
  getAgeAssurance(parts),
  getAgeAssuranceConfig(),
  getAgeAssuranceState(),
  getAuthorFeed(parts),
  getBlocks(parts),
  getBookmarks(parts),
  getConfig(),
  getDrafts(parts),
  getFeed(parts),
  getFeedGenerator(parts),
  getFeedGenerators(parts),
  getFollowers(parts),
  getFollows(parts),
  getKnownFollowers(parts),
  getLikes(parts),
  getList(parts),
  getListBlocks(parts),
  getListFeed(parts),
  getListMutes(parts),
  getLists(parts),
  getListsWithMembership(parts),
  getMutes(parts),
  getOnboardingSuggestedStarterPacks(parts),
  getPopularFeedGenerators(parts),
  getPosts(parts),
  getPostThread(parts),
  getPostThreadOtherV2(parts),
  getPostThreadV2(parts),
  getPreferences(parts),
  getProfile(parts),
  getProfiles(parts),
  getQuotes(parts),
  getRecord(parts),
  getRelationships(parts),
  getRepostedBy(parts),
  getServices(parts),
  getStarterPack(parts),
  getStarterPacks(parts),
  getSuggestedFeeds(parts),
  getSuggestedFeedsUnspecced(parts),
  getSuggestedFollowsByActor(parts),
  getSuggestedOnboardingUsers(parts),
  getSuggestedStarterPacks(parts),
  getSuggestedUsers(parts),
  getSuggestedUsersForDiscover(parts),
  getSuggestedUsersForExplore(parts),
  getSuggestedUsersForSeeMore(parts),
  getSuggestions(parts),
  getTaggedSuggestions(),
  getTimeline(parts),
  getTrendingTopics(),
  getTrends(),
  getUnreadCount(parts),
  listActivitySubscriptions(parts),
  listNotifications(parts),
  muteActor(parts),
  muteActorList(parts),
  muteThread(parts),
  putActivitySubscription(parts),
  putPreferences(parts),
  putPreferencesV2(parts),
  queryLabels(parts),
  registerPush(),
  resolveHandle(parts),
  searchActors(parts),
  searchActorsTypeahead(parts),
  searchPosts(parts),
  searchPostsV2(parts),
  searchStarterPacks(parts),
  searchStarterPacksV2(parts),
  unmuteActor(parts),
  unmuteActorList(parts),
  unmuteThread(parts),
  unregisterPush(),
  updateDraft(parts),
  updateSeen(parts),
]
