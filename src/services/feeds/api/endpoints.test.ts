/** The methods of a feed service, by tables. Alice calls, unless a row says otherwise. */
import type {Did} from '#atp/syntax/did.ts'
import {BadCursor, type Feed} from '#sdk/feed/feed.ts'
import {endpointTables} from '../../../../test/endpoint-tables.ts'
import type {Callers} from './callers.ts'
import {endpoint as describeFeedGenerator} from './app/bsky/feed/describeFeedGenerator.ts'
import {endpoint as getFeedSkeleton} from './app/bsky/feed/getFeedSkeleton.ts'
import {endpoint as sendInteractions} from './app/bsky/feed/sendInteractions.ts'

const alice = 'did:web:alice.test' as Did
const did = 'did:web:feeds.test' as Did
const feed = `at://${alice}/app.bsky.feed.generator/cats`
const post = `at://${alice}/app.bsky.feed.post/3jui7kd54zh2y`
const {endpointTable} = endpointTables<Callers>({
  callers: {viewer: {did: alice}, anyone: {did: alice}, none: undefined},
})

const offered = (more: Partial<Feed> = {}) => ({
  key: 'cats',
  owner: undefined,
  feed: {name: 'cats', title: 'Cats', skeleton: () => ({feed: []}), ...more},
})
const found = (note: (...asked: unknown[]) => void, more?: Partial<Feed>) => ({
  usage: {read: (...read: unknown[]) => note('read', ...read)},
  now: () => 5,
  skeletons: {
    find(authority: string, name: string) {
      note('find', authority, name)
      return offered(more)
    },
    async page(_: unknown, asked: object) {
      note('page', asked)
      return JSON.stringify({feed: [{post}], cursor: 'next'})
    },
  },
})

endpointTable(getFeedSkeleton, {
  auth: 'anyone',
  rows: [
    {
      it: 'gives a page of the feed, and counts who read it',
      deps: found,
      params: {feed, limit: 3, cursor: 'before'},
      headers: {'accept-language': 'pt-BR, en;q=0.8, *;q=0.1'},
      gives: {feed: [{post}], cursor: 'next'},
      asks: [
        ['find', alice, 'cats'],
        ['page', {viewer: alice, limit: 3, cursor: 'before', languages: ['pt-BR', 'en']}],
        ['read', 'cats', alice, 0],
      ],
    },
    {
      it: 'gives it to somebody unknown, too',
      deps: found,
      caller: undefined,
      params: {feed},
      at: 'cursor',
      gives: 'next',
    },
    {
      it: 'wants to know who reads a personal one',
      deps: note => found(note, {isPersonal: true}),
      caller: undefined,
      params: {feed},
      fails: 'AuthenticationRequired',
      status: 401,
    },
    {
      it: 'knows what is no feed of it',
      deps: () => ({skeletons: {find: () => undefined}}),
      params: {feed},
      fails: 'UnknownFeed',
    },
    {it: 'knows what is no feed at all', params: {feed: post}, fails: 'UnknownFeed'},
    {
      it: 'refuses a cursor that it did not give',
      deps: note => ({
        ...found(note),
        skeletons: {find: () => offered(), page: async () => Promise.reject(new BadCursor('It is of another feed.'))},
      }),
      params: {feed, cursor: 'x'},
      fails: 'InvalidRequest',
      says: /^malformed cursor: It is of another feed\.$/,
    },
    {
      it: 'refuses a cursor as long as a book',
      deps: found,
      params: {feed, cursor: 'x'.repeat(513)},
      fails: 'InvalidRequest',
      says: /at most 512 characters/,
    },
  ],
})

endpointTable(describeFeedGenerator, {
  auth: 'none',
  rows: [
    {
      it: 'lists its feeds',
      deps: () => ({
        did,
        skeletons: {uris: () => [feed as never]},
        links: {privacyPolicy: undefined, termsOfService: undefined},
      }),
      gives: {did, feeds: [{uri: feed}]},
    },
    {
      it: 'says where its policies are',
      deps: () => ({
        did,
        skeletons: {uris: () => []},
        links: {privacyPolicy: 'https://a.test/p', termsOfService: 'https://a.test/t'},
      }),
      gives: {did, feeds: [], links: {privacyPolicy: 'https://a.test/p', termsOfService: 'https://a.test/t'}},
    },
  ],
})

const seen = {item: post, event: 'app.bsky.feed.defs#interactionSeen'}
endpointTable(sendInteractions, {
  auth: 'viewer',
  rows: [
    {
      it: 'notes what a reader does',
      deps: note => ({
        interactions: {
          async note(...told) {
            note(...told)
            return undefined
          },
        },
      }),
      input: {feed, interactions: [seen]},
      gives: {},
      asks: [[alice, feed, [seen]]],
    },
    {
      it: 'notes so many, and says when it does so again',
      deps: () => ({
        interactions: {
          note: async () => ({allowed: false, limit: 5_000, windowMs: 300_000, remaining: 0, resetAt: 90_000}),
        },
        now: () => 60_000,
      }),
      says: /try again in 30 seconds/,
      input: {interactions: [seen]},
      fails: 'RateLimitExceeded',
      status: 429,
    },
    {
      it: 'takes no more than 500 at a time',
      input: {interactions: Array.from({length: 501}, () => seen)},
      fails: 'InvalidRequest',
    },
  ],
})
