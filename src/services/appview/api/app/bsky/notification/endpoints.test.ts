/** What the methods of app.bsky.notification answer, given what stands behind them. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {
  actor,
  alice,
  askEndpoint,
  bob,
  carol,
  type Contents,
  endpointTable,
  follow,
  hydratorOf,
  pageOf,
  post,
  record,
  time,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getPreferences} from './getPreferences.ts'
import {endpoint as getUnreadCount} from './getUnreadCount.ts'
import {endpoint as listActivitySubscriptions} from './listActivitySubscriptions.ts'
import {endpoint as listNotifications} from './listNotifications.ts'
import {endpoint as putActivitySubscription} from './putActivitySubscription.ts'
import {endpoint as putPreferences} from './putPreferences.ts'
import {endpoint as putPreferencesV2} from './putPreferencesV2.ts'
import {endpoint as registerPush} from './registerPush.ts'
import {endpoint as unregisterPush} from './unregisterPush.ts'
import {endpoint as updateSeen} from './updateSeen.ts'

const mine = post(10, 1)
const reply = post(11, 2, {}, mine)
const followed = follow(12, 3, 1)
const like = record(13, 2, 'feed.like', {subject: {uri: mine.uri, cid: mine.cid}})
const rows = [
  {id: 11, reason: 'reply', subject: 10},
  {id: 12, reason: 'follow', subject: null},
  {id: 13, reason: 'like', subject: 10},
]
/** The second is a minute older than the first. */
const seenSecond = Date.parse(time) - 60_000

const told =
  (contents: Contents = {}, {seenMs, changed}: {seenMs?: number; changed?: object} = {}) =>
  () => ({
    hydrator: hydratorOf({records: [mine, reply, followed, like], ...contents}),
    skeletons: {notifications: async (_: number, __: unknown, ...rest: unknown[]) => pageOf(...rows)(...rest)},
    state: {seenMs: async () => seenMs, preferences: async () => changed && JSON.stringify(changed)},
  })
const reasons = 'notifications.*.reason'
const follows = {include: 'follows', list: true, push: true}

endpointTable(listNotifications, {
  auth: 'viewer',
  rows: [
    {it: 'shows what has happened, the last first', deps: told(), at: reasons, gives: ['reply', 'follow', 'like']},
    {
      it: 'says of which record of the viewer’s, by whom, and whether it was seen',
      deps: told({}, {seenMs: seenSecond}),
      async check(response) {
        const {notifications, seenAt} = (await response.json()) as {
          seenAt: string
          notifications: {author: {did: string}; reasonSubject?: string; isRead: boolean}[]
        }
        deepEqual(
          notifications.map(({author, reasonSubject, isRead}) => [author.did, reasonSubject, isRead]),
          [
            [bob, mine.uri, false],
            [carol, undefined, true],
            [bob, mine.uri, true],
          ],
        )
        deepEqual(seenAt, new Date(seenSecond).toISOString())
      },
    },
    {it: 'tells who has never looked the time of the newest', deps: told(), at: 'seenAt', gives: time},
    {it: 'shows those of some reasons', deps: told(), params: {reasons: ['follow']}, at: reasons, gives: ['follow']},
    {
      it: 'tells nothing of who is blocked or muted',
      deps: told({relations: {2: {muted: 'all'}, 3: {blockedBy: true}}}),
      at: reasons,
      gives: [],
    },
    {
      it: 'tells nothing of who is hidden',
      deps: told({actors: [actor(3, {isHidden: true})]}),
      at: reasons,
      gives: ['reply', 'like'],
    },
    {it: 'tells nothing of a thread that is muted', deps: told({mutedThreads: [10]}), at: reasons, gives: ['follow']},
    {it: 'tells nothing about what is gone', deps: told({records: [followed, reply]}), at: reasons, gives: ['follow']},
    {
      it: 'tells nothing that the viewer does not wish to hear',
      deps: told({}, {changed: {like: {include: 'all', list: false, push: true}}}),
      at: reasons,
      gives: ['reply', 'follow'],
    },
    {
      it: 'tells only of accounts that the viewer follows, where they wish so',
      deps: told(
        {relations: {2: {following: uriOf(9, 1, 'graph.follow')}}},
        {changed: {like: follows, reply: follows, follow: follows}},
      ),
      at: reasons,
      gives: ['reply', 'like'],
    },
    {
      it: 'tells nothing of a reply that the viewer has hidden',
      deps: told({
        records: [
          {...mine, threadgate: 20},
          record(20, 1, 'feed.threadgate', {hiddenReplies: [reply.uri]}),
          reply,
          followed,
          like,
        ],
      }),
      at: reasons,
      gives: ['follow', 'like'],
    },
    {it: 'has nothing for who was not met', deps: told({gone: [1]}), gives: {notifications: [], priority: false}},
    {it: 'takes no seenAt', deps: told(), params: {seenAt: time}, fails: 'InvalidRequest'},
  ],
})

endpointTable(getUnreadCount, {
  auth: 'viewer',
  rows: [
    {it: 'counts all for who has never looked', deps: told(), gives: {count: 3}},
    {it: 'counts what came after they looked', deps: told({}, {seenMs: seenSecond}), gives: {count: 1}},
    {it: 'counts nothing that is not shown', deps: told({relations: {2: {muted: 'all'}}}), gives: {count: 1}},
    {it: 'counts nothing where all is seen', deps: told({}, {seenMs: Date.parse(time)}), gives: {count: 0}},
    {it: 'counts nothing for who was not met', deps: told({gone: [1]}), gives: {count: 0}},
    {it: 'takes no seenAt', deps: told(), params: {seenAt: time}, fails: 'InvalidRequest'},
  ],
})

const wish = {post: true, reply: false}

endpointTable(listActivitySubscriptions, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows of whose posts the viewer wishes to hear',
      deps: () => ({
        hydrator: hydratorOf({relations: {2: {subscription: wish}}}),
        state: {
          page: async (what: string, _: unknown, ...rest: unknown[]) =>
            what === 'subscriptions' ? pageOf({id: 2})(...rest) : [],
        },
      }),
      at: 'subscriptions.*.viewer.activitySubscription',
      gives: [wish],
    },
  ],
})

type Note = (...asked: unknown[]) => void
const noting = (name: string, gives?: unknown) => (note: Note) => ({
  state: {
    async [name](...asked: unknown[]) {
      note(...asked)
      return gives as never
    },
  },
})

endpointTable(putActivitySubscription, {
  auth: 'viewer',
  rows: [
    {
      it: 'keeps the wish, and gives it back',
      deps: noting('subscribe'),
      input: {subject: bob, activitySubscription: wish},
      gives: {subject: bob, activitySubscription: wish},
      asks: [[alice, bob, wish]],
    },
    {
      it: 'gives none back where nothing is wished for any more',
      deps: noting('subscribe'),
      input: {subject: bob, activitySubscription: {post: false, reply: false}},
      gives: {subject: bob},
    },
    {
      it: 'subscribes nobody to themselves',
      deps: noting('subscribe'),
      input: {subject: alice, activitySubscription: wish},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(getPreferences, {
  auth: 'viewer',
  rows: [
    {
      it: 'gives what was changed',
      deps: () => ({state: {preferences: async () => JSON.stringify({like: follows})}}),
      at: 'preferences.like',
      gives: follows,
    },
    {
      it: 'gives the defaults where nothing was',
      deps: () => ({state: {preferences: async () => undefined}}),
      at: 'preferences.like.include',
      gives: 'all',
    },
  ],
})

endpointTable(putPreferences, {
  auth: 'viewer',
  rows: [
    {
      it: 'narrows all that can be narrowed to accounts that the viewer follows',
      deps: note => ({
        state: {
          preferences: async () => undefined,
          async putPreferences(...asked: unknown[]) {
            note(...asked)
            return '{}'
          },
        },
      }),
      input: {priority: true},
      asks: [
        [
          alice,
          Object.fromEntries(
            ['follow', 'like', 'likeViaRepost', 'mention', 'quote', 'reply', 'repost', 'repostViaRepost'].map(name => [
              name,
              follows,
            ]),
          ),
        ],
      ],
    },
  ],
})

endpointTable(putPreferencesV2, {
  auth: 'viewer',
  rows: [
    {
      it: 'keeps what is changed, and gives all',
      deps: noting('putPreferences', JSON.stringify({reply: follows})),
      input: {reply: follows},
      at: 'preferences.reply',
      gives: follows,
      asks: [[alice, {reply: follows}]],
    },
  ],
})

endpointTable(updateSeen, {
  auth: 'viewer',
  rows: [
    {
      it: 'keeps up to when all is seen',
      deps: noting('setSeen'),
      input: {seenAt: time},
      asks: [[alice, Date.parse(time)]],
    },
  ],
})

const device = {serviceDid: 'did:web:push.test', token: 'token', platform: 'web', appId: 'app'}

endpointTable(unregisterPush, {
  auth: 'viewer',
  rows: [{it: 'has nothing to do', input: device}],
})

test('nobody is told on a device that they will be', async () => {
  const response = await askEndpoint(registerPush, {it: '', input: device})
  deepEqual(((await response.json()) as {error: string}).error, 'MethodNotImplemented')
})
