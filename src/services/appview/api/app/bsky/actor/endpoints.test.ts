/** What the methods of app.bsky.actor answer, given what stands behind them. */
import {
  actor,
  alice,
  bob,
  carol,
  type Contents,
  endpointTable,
  hydratorOf,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getProfile} from './getProfile.ts'
import {endpoint as getProfiles} from './getProfiles.ts'
import {endpoint as getSuggestions} from './getSuggestions.ts'
import {endpoint as searchActors} from './searchActors.ts'
import {endpoint as searchActorsTypeahead} from './searchActorsTypeahead.ts'

const hidden = (status: string, isTakenDown = false) => actor(2, {status, isHidden: true, isTakenDown})
const knows = {knownFollowers: async () => ({count: 1, ids: [3]})}
const profileOf = (contents: Contents) => () => ({hydrator: hydratorOf(contents), skeletons: knows})

endpointTable(getProfile, {
  auth: 'anyone',
  beyond: ['AccountTakedown', 'AccountDeactivated'],
  rows: [
    {
      it: 'finds an account by its handle, with its counts',
      deps: profileOf({actors: [actor(2, {followers: 3, follows: 2, posts: 1})]}),
      params: {actor: 'bob.test'},
      check: async response => {
        const {did, followersCount, followsCount, postsCount} = (await response.json()) as Record<string, unknown>
        const rev = response.headers.get('atproto-repo-rev')
        const shown = JSON.stringify([did, followersCount, followsCount, postsCount, rev])
        if (shown !== JSON.stringify([bob, 3, 2, 1, '3jui7kd54zh2y'])) throw new Error(shown)
      },
    },
    {
      it: 'shows a viewer who of those they follow does too',
      deps: note => ({
        hydrator: hydratorOf({}),
        skeletons: {
          async knownFollowers(...asked: unknown[]) {
            note(...asked)
            return {count: 7, ids: [3]}
          },
        },
      }),
      params: {actor: bob},
      at: 'viewer.knownFollowers.followers.*.did',
      gives: [carol],
      asks: [[1, 2, 5]],
    },
    {
      it: 'shows nobody to themselves so',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: alice},
      at: 'viewer.knownFollowers',
      gives: undefined,
    },
    {
      it: 'is had without an account, and says nothing of a viewer then',
      deps: () => ({hydrator: hydratorOf({})}),
      caller: undefined,
      params: {actor: bob},
      at: 'viewer',
      gives: undefined,
    },
    {
      it: 'knows nobody whom the index has not met',
      deps: profileOf({}),
      params: {actor: 'dave.test'},
      fails: 'InvalidRequest',
      says: /Profile not found/,
    },
    {
      it: 'finds none that was deleted',
      deps: profileOf({actors: [hidden('deleted')]}),
      params: {actor: bob},
      fails: 'InvalidRequest',
    },
    {
      it: 'says that an account was suspended',
      deps: profileOf({actors: [hidden('takendown', true)]}),
      params: {actor: bob},
      fails: 'AccountTakedown',
    },
    {
      it: 'says that an account is deactivated',
      deps: profileOf({actors: [hidden('deactivated')]}),
      params: {actor: bob},
      fails: 'AccountDeactivated',
    },
  ],
})

endpointTable(getProfiles, {
  auth: 'anyone',
  rows: [
    {
      it: 'gives those that there are and may be shown, each once',
      deps: () => ({hydrator: hydratorOf({actors: [actor(3, {isHidden: true})]})}),
      params: {actors: [bob, 'bob.test', alice, carol, 'dave.test']},
      at: 'profiles.*.did',
      gives: [bob, alice],
    },
  ],
})

endpointTable(getSuggestions, {
  auth: 'anyone',
  rows: [
    {
      it: 'leaves out whom the viewer blocks or mutes, and says where to go on',
      deps: note => ({
        hydrator: hydratorOf({relations: {2: {muted: 'all'}}}),
        search: {
          async popularAccounts(...asked: unknown[]) {
            note(...asked)
            return [2, 3]
          },
        },
      }),
      params: {limit: 2, cursor: '4'},
      check: async response => {
        const {cursor, actors} = (await response.json()) as {cursor: string; actors: {did: string}[]}
        if (cursor !== '6' || actors.map(({did}) => did).join() !== carol) throw new Error(JSON.stringify(actors))
      },
      asks: [[1, 4, 2]],
    },
    {
      it: 'ends where fewer came than were asked for',
      deps: () => ({hydrator: hydratorOf({}), search: {popularAccounts: async () => [2]}}),
      caller: undefined,
      at: 'cursor',
      gives: undefined,
    },
  ],
})

const found = (...ids: number[]) => ({actors: async () => ({ids, cursor: '2'})})

endpointTable(searchActors, {
  auth: 'anyone',
  rows: [
    {
      it: 'looks through handles, names and descriptions',
      deps: note => ({
        hydrator: hydratorOf({}),
        search: {
          async actors(text: string, inAbout: boolean) {
            note(text, inAbout)
            return {ids: [3, 2], cursor: '2'}
          },
        },
      }),
      params: {q: 'bo'},
      at: 'actors.*.did',
      gives: [carol, bob],
      asks: [['bo', true]],
    },
    {
      it: 'shows nobody who is behind a block',
      deps: () => ({hydrator: hydratorOf({relations: {2: {blockedBy: true}}}), search: found(2, 3)}),
      params: {term: 'bo'},
      at: 'actors.*.did',
      gives: [carol],
    },
  ],
})

endpointTable(searchActorsTypeahead, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows who is blocked only where their very handle was typed',
      deps: () => ({
        hydrator: hydratorOf({relations: {2: {blocking: uriOf(9, 1, 'graph.block')}}}),
        search: found(2, 3),
      }),
      params: {q: '@Bob.test'},
      at: 'actors.*.did',
      gives: [bob, carol],
    },
    {
      it: 'and not where it was begun',
      deps: () => ({
        hydrator: hydratorOf({relations: {2: {blocking: uriOf(9, 1, 'graph.block')}}}),
        search: found(2, 3),
      }),
      params: {q: 'bob'},
      at: 'actors.*.did',
      gives: [carol],
    },
    {
      it: 'never shows who is hidden',
      deps: () => ({hydrator: hydratorOf({actors: [actor(2, {isHidden: true})]}), search: found(2, 3)}),
      params: {term: 'bob.test'},
      at: 'actors.*.did',
      gives: [carol],
    },
  ],
})
