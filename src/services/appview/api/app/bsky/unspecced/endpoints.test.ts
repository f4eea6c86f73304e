/** What the methods of app.bsky.unspecced and app.bsky.ageassurance answer, given what stands behind them. */
import {
  actor,
  bob,
  carol,
  type Contents,
  endpointTable,
  generator,
  hydratorOf,
  list,
  pageOf,
  post,
  record,
  starterPack,
  time,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getAgeAssuranceConfig} from '../ageassurance/getConfig.ts'
import {endpoint as getAgeAssurance} from '../ageassurance/getState.ts'
import {endpoint as getAgeAssuranceState} from './getAgeAssuranceState.ts'
import {endpoint as getConfig} from './getConfig.ts'
import {endpoint as getOnboardingSuggestedStarterPacks} from './getOnboardingSuggestedStarterPacks.ts'
import {endpoint as getPopularFeedGenerators} from './getPopularFeedGenerators.ts'
import {endpoint as getPostThreadOtherV2} from './getPostThreadOtherV2.ts'
import {endpoint as getPostThreadV2} from './getPostThreadV2.ts'
import {endpoint as getSuggestedFeeds} from './getSuggestedFeeds.ts'
import {endpoint as getSuggestedOnboardingUsers} from './getSuggestedOnboardingUsers.ts'
import {endpoint as getSuggestedStarterPacks} from './getSuggestedStarterPacks.ts'
import {endpoint as getSuggestedUsers} from './getSuggestedUsers.ts'
import {endpoint as getSuggestedUsersForDiscover} from './getSuggestedUsersForDiscover.ts'
import {endpoint as getSuggestedUsersForExplore} from './getSuggestedUsersForExplore.ts'
import {endpoint as getSuggestedUsersForSeeMore} from './getSuggestedUsersForSeeMore.ts'
import {endpoint as getTaggedSuggestions} from './getTaggedSuggestions.ts'
import {endpoint as getTrendingTopics} from './getTrendingTopics.ts'
import {endpoint as getTrends} from './getTrends.ts'

endpointTable(getAgeAssuranceConfig, {
  auth: 'none',
  rows: [{it: 'knows of no region with rules', gives: {regions: []}}],
})
endpointTable(getAgeAssurance, {
  auth: 'viewer',
  rows: [
    {
      it: 'lets everybody in, and says how old the account is',
      deps: () => ({hydrator: hydratorOf({actors: [actor(1, {createdAt: time})]})}),
      params: {countryCode: 'DE'},
      gives: {state: {status: 'unknown', access: 'full'}, metadata: {accountCreatedAt: time}},
    },
  ],
})
endpointTable(getAgeAssuranceState, {auth: 'viewer', rows: [{it: 'knows nothing', gives: {status: 'unknown'}}]})
endpointTable(getConfig, {auth: 'none', rows: [{it: 'has nothing to say', gives: {}}]})
endpointTable(getTaggedSuggestions, {auth: 'none', rows: [{it: 'has none', gives: {suggestions: []}}]})
endpointTable(getTrendingTopics, {auth: 'none', rows: [{it: 'has none', gives: {topics: [], suggested: []}}]})
endpointTable(getTrends, {auth: 'none', rows: [{it: 'has none', gives: {trends: []}}]})

type Note = (...asked: unknown[]) => void
const feeds = (note: Note) => ({
  hydrator: hydratorOf({records: [generator(20, 2), generator(21, 3)], actors: [actor(3, {isHidden: true})]}),
  search: {
    async popularFeeds(...asked: unknown[]) {
      note(...asked)
      return [20, 21]
    },
  },
})

endpointTable(getPopularFeedGenerators, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows those whose name has the words, and not whose owner is hidden',
      deps: feeds,
      params: {query: 'cats', limit: 2, cursor: '2'},
      at: 'feeds.*.displayName',
      gives: ['feed 20'],
      asks: [['cats', 2, 2]],
    },
    {it: 'says where to go on', deps: feeds, params: {limit: 2}, at: 'cursor', gives: '2'},
  ],
})
endpointTable(getSuggestedFeeds, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the most liked',
      deps: feeds,
      params: {limit: 5},
      at: 'feeds.*.displayName',
      gives: ['feed 20'],
      asks: [[undefined, 0, 5]],
    },
  ],
})

const users = (contents: Contents) => (note: Note) => ({
  hydrator: hydratorOf(contents),
  search: {
    async popularAccounts(...asked: unknown[]) {
      note(...asked)
      return [2, 3]
    },
  },
})

for (const endpoint of [
  getSuggestedOnboardingUsers,
  getSuggestedUsers,
  getSuggestedUsersForDiscover,
  getSuggestedUsersForExplore,
  getSuggestedUsersForSeeMore,
]) {
  endpointTable<Parameters<typeof getSuggestedUsers>[0]>(endpoint, {
    auth: 'anyone',
    rows: [
      {
        it: 'shows those with the most followers',
        deps: users({}),
        params: {limit: 5},
        at: 'actors.*.did',
        gives: [bob, carol],
        asks: [[1, 0, 5]],
      },
      {
        it: 'leaves out whom the viewer blocks or mutes',
        deps: users({relations: {2: {blocking: uriOf(9, 1, 'graph.block')}, 3: {muted: 'all'}}}),
        at: 'actors',
        gives: [],
      },
      {
        it: 'is had without an account',
        deps: users({}),
        caller: undefined,
        params: {limit: 5},
        at: 'actors.*.did',
        gives: [bob, carol],
        asks: [[undefined, 0, 5]],
      },
    ],
  })
}

for (const endpoint of [getOnboardingSuggestedStarterPacks, getSuggestedStarterPacks]) {
  endpointTable<Parameters<typeof getSuggestedStarterPacks>[0]>(endpoint, {
    auth: 'anyone',
    rows: [
      {
        it: 'shows those that most were made through',
        deps: () => ({
          hydrator: hydratorOf({records: [starterPack(50, 2, 40), list(40, 2)]}),
          search: {popularStarterPacks: async () => [50, 59]},
          skeletons: {page: pageOf()},
        }),
        at: 'starterPacks.*.uri',
        gives: [uriOf(50, 2, 'graph.starterpack')],
      },
    ],
  })
}

const first = post(10, 2)
const second = post(11, 3, {}, first)
const third = post(12, 1, {}, second)
const pin = {...post(13, 3, {}, first)}
const pinned = {...pin, record: {...pin.record, text: '📌'}}
const all = [first, second, third, pinned]
const thread =
  (contents: Contents = {}) =>
  () => ({
    hydrator: hydratorOf({records: all, ...contents}),
    skeletons: {
      above: async (id: number) => (id === 12 ? [11, 10] : []),
      below: async () =>
        new Map([
          [10, [11, 13]],
          [11, [12]],
        ]),
      chain: async () => [10],
      likedBy: async () => new Map<number, string>(),
    },
  })
const depths = 'thread.*.depth'

endpointTable(getPostThreadV2, {
  auth: 'anyone',
  rows: [
    {
      it: 'lists a post and what is below it by depth, without replies that say nothing',
      deps: thread(),
      params: {anchor: first.uri},
      at: depths,
      gives: [0, 1, 2],
    },
    {
      it: 'says that there are other replies',
      deps: thread(),
      params: {anchor: first.uri},
      at: 'hasOtherReplies',
      gives: true,
    },
    {it: 'lists what is above a post', deps: thread(), params: {anchor: third.uri}, at: depths, gives: [-2, -1, 0]},
    {
      it: 'says where a thread is broken by a block',
      deps: thread({relations: {3: {blockedBy: true}}}),
      params: {anchor: third.uri},
      at: 'thread.*.value.$type',
      gives: ['app.bsky.unspecced.defs#threadItemBlocked', 'app.bsky.unspecced.defs#threadItemPost'],
    },
    {
      it: 'shows the gate before it',
      deps: thread({
        records: [{...first, threadgate: 70}, record(70, 2, 'feed.threadgate', {post: first.uri, allow: []})],
      }),
      params: {anchor: first.uri},
      at: 'threadgate.uri',
      gives: uriOf(70, 2, 'feed.threadgate'),
    },
    {
      it: 'says that there is no such post',
      deps: thread({records: []}),
      params: {anchor: first.uri},
      gives: {
        thread: [{uri: first.uri, depth: 0, value: {$type: 'app.bsky.unspecced.defs#threadItemNotFound'}}],
        hasOtherReplies: false,
      },
    },
  ],
})

endpointTable(getPostThreadOtherV2, {
  auth: 'anyone',
  rows: [
    {
      it: 'lists the replies that were set aside',
      deps: thread(),
      params: {anchor: first.uri},
      at: 'thread.*.uri',
      gives: [pinned.uri],
    },
    {
      it: 'among them those of accounts that the viewer mutes',
      deps: thread({relations: {3: {muted: 'all'}}}),
      params: {anchor: first.uri},
      at: 'thread.*.uri',
      gives: [pinned.uri, second.uri].toSorted(),
    },
    {it: 'has none of what is gone', deps: thread({records: []}), params: {anchor: first.uri}, gives: {thread: []}},
  ],
})
