/** What the methods of app.bsky.graph answer, given what stands behind them. */
import {
  actor,
  alice,
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
  rkeyOf,
  starterPack,
  uriOf,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getActorStarterPacks} from './getActorStarterPacks.ts'
import {endpoint as getBlocks} from './getBlocks.ts'
import {endpoint as getFollowers} from './getFollowers.ts'
import {endpoint as getFollows} from './getFollows.ts'
import {endpoint as getKnownFollowers} from './getKnownFollowers.ts'
import {endpoint as getList} from './getList.ts'
import {endpoint as getListBlocks} from './getListBlocks.ts'
import {endpoint as getListMutes} from './getListMutes.ts'
import {endpoint as getLists} from './getLists.ts'
import {endpoint as getListsWithMembership} from './getListsWithMembership.ts'
import {endpoint as getMutes} from './getMutes.ts'
import {endpoint as getRelationships} from './getRelationships.ts'
import {endpoint as getStarterPack} from './getStarterPack.ts'
import {endpoint as getStarterPacks} from './getStarterPacks.ts'
import {endpoint as getSuggestedFollowsByActor} from './getSuggestedFollowsByActor.ts'
import {endpoint as muteActor} from './muteActor.ts'
import {endpoint as muteActorList} from './muteActorList.ts'
import {endpoint as muteThread} from './muteThread.ts'
import {endpoint as searchStarterPacks} from './searchStarterPacks.ts'
import {endpoint as searchStarterPacksV2} from './searchStarterPacksV2.ts'
import {endpoint as unmuteActor} from './unmuteActor.ts'
import {endpoint as unmuteActorList} from './unmuteActorList.ts'
import {endpoint as unmuteThread} from './unmuteThread.ts'

const listUri = (id: number, by: number) => uriOf(id, by, 'graph.list')
const packUri = (id: number, by: number) => uriOf(id, by, 'graph.starterpack')
const modlist = (id: number, by: number) => list(id, by, {purpose: 'app.bsky.graph.defs#modlist'})
const unmet = 'dave.test'
/** A part that notes what it is asked, and a page of what it has. */
const noting =
  (note: (...asked: unknown[]) => void, ...rows: {subject: number; id?: number}[]) =>
  async (what: string, of: unknown, ...rest: unknown[]) => {
    note(what, of)
    return pageOf(...rows)(...rest)
  }

const followPage = (contents: Contents) => () => ({
  hydrator: hydratorOf(contents),
  skeletons: {page: pageOf({subject: 3}, {subject: 1})},
})

for (const [endpoint, what, items] of [
  [getFollowers, 'followers', 'followers.*.did'],
  [getFollows, 'follows', 'follows.*.did'],
] as const) {
  endpointTable(endpoint, {
    auth: 'anyone',
    rows: [
      {
        it: 'shows them, newest first',
        deps: note => ({hydrator: hydratorOf({}), skeletons: {page: noting(note, {subject: 3}, {subject: 1})}}),
        params: {actor: bob},
        at: items,
        gives: [carol, alice],
        asks: [[what, 2]],
      },
      {it: 'says whose they are', deps: followPage({}), params: {actor: bob}, at: 'subject.did', gives: bob},
      {
        it: 'leaves out who is behind a block with the viewer, or with that account',
        deps: followPage({relations: {3: {blocking: uriOf(9, 1, 'graph.block')}}, blocks: [[2, 1]]}),
        params: {actor: bob},
        at: items,
        gives: [],
      },
      {it: 'knows nobody who was not met', deps: followPage({}), params: {actor: unmet}, fails: 'InvalidRequest'},
      {
        it: 'shows nothing of who is hidden',
        deps: followPage({actors: [actor(2, {isHidden: true})]}),
        params: {actor: bob},
        fails: 'InvalidRequest',
      },
      {
        it: 'shows nothing of who is behind a block',
        deps: followPage({relations: {2: {blockedBy: true}}}),
        params: {actor: bob},
        fails: 'InvalidRequest',
      },
    ],
  })
}

endpointTable(getKnownFollowers, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows followers whom the viewer follows',
      deps: note => ({
        hydrator: hydratorOf({}),
        skeletons: {
          async knownFollowers(...asked: unknown[]) {
            note(...asked)
            return {count: 1, ids: [3]}
          },
        },
      }),
      params: {actor: bob, limit: 7},
      at: 'followers.*.did',
      gives: [carol],
      asks: [[1, 2, 7]],
    },
    {
      it: 'knows nobody who was not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: unmet},
      fails: 'InvalidRequest',
    },
    {
      it: 'knows nobody whom a viewer that was not met knows',
      deps: () => ({hydrator: hydratorOf({gone: [1]})}),
      params: {actor: bob},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(getBlocks, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows whom the viewer blocks',
      deps: note => ({
        hydrator: hydratorOf({relations: {2: {blocking: uriOf(9, 1, 'graph.block')}}}),
        skeletons: {page: noting(note, {subject: 2})},
      }),
      at: 'blocks.*.did',
      gives: [bob],
      asks: [['blocks', 1]],
    },
    {it: 'has nothing for who was not met', deps: () => ({hydrator: hydratorOf({gone: [1]})}), gives: {blocks: []}},
  ],
})

endpointTable(getListBlocks, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows the lists by which the viewer blocks',
      deps: note => ({
        hydrator: hydratorOf({records: [modlist(40, 2)]}),
        skeletons: {page: noting(note, {subject: 40, id: 41})},
      }),
      at: 'lists.*.uri',
      gives: [listUri(40, 2)],
      asks: [['listBlocks', 1]],
    },
    {it: 'has nothing for who was not met', deps: () => ({hydrator: hydratorOf({gone: [1]})}), gives: {lists: []}},
  ],
})

const kept = (note: (...asked: unknown[]) => void, id: number) => ({
  async page(what: string, viewer: string, ...rest: unknown[]) {
    note(what, viewer)
    return pageOf({id})(...rest)
  },
})

endpointTable(getMutes, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows whom the viewer mutes',
      deps: note => ({hydrator: hydratorOf({}), state: kept(note, 2)}),
      at: 'mutes.*.did',
      gives: [bob],
      asks: [['mutes', alice]],
    },
    {
      it: 'leaves out who is hidden',
      deps: note => ({hydrator: hydratorOf({actors: [actor(2, {isHidden: true})]}), state: kept(note, 2)}),
      at: 'mutes',
      gives: [],
    },
  ],
})

endpointTable(getListMutes, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows the lists whose accounts the viewer mutes',
      deps: note => ({hydrator: hydratorOf({records: [modlist(40, 2)]}), state: kept(note, 40)}),
      at: 'lists.*.name',
      gives: ['list 40'],
      asks: [['listMutes', alice]],
    },
  ],
})

const listed = record(41, 2, 'graph.listitem', {list: listUri(40, 2), subject: carol})
const listPage = (contents: Contents) => () => ({
  hydrator: hydratorOf({records: [list(40, 2), listed], ...contents}),
  skeletons: {page: pageOf({id: 41, subject: 3})},
})

endpointTable(getList, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows who is on a list',
      deps: listPage({}),
      params: {list: listUri(40, 2)},
      at: 'items.*.subject.did',
      gives: [carol],
    },
    {
      it: 'leaves out who is behind a block with its owner',
      deps: listPage({blocks: [[2, 3]]}),
      params: {list: listUri(40, 2)},
      at: 'items',
      gives: [],
    },
    {
      it: 'but not of a list that is made to block by',
      deps: listPage({records: [modlist(40, 2), listed], blocks: [[2, 3]]}),
      params: {list: listUri(40, 2)},
      at: 'items.*.uri',
      gives: [uriOf(41, 2, 'graph.listitem')],
    },
    {
      it: 'knows no list that is gone',
      deps: listPage({records: []}),
      params: {list: listUri(40, 2)},
      fails: 'InvalidRequest',
    },
    {
      it: 'shows none whose owner is hidden',
      deps: listPage({actors: [actor(2, {isHidden: true})]}),
      params: {list: listUri(40, 2)},
      fails: 'InvalidRequest',
    },
  ],
})

const lists = () => ({
  hydrator: hydratorOf({records: [list(40, 2), modlist(42, 2)]}),
  skeletons: {page: pageOf({id: 40, subject: 40}, {id: 42, subject: 42})},
})

endpointTable(getLists, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the lists of an account',
      deps: lists,
      params: {actor: bob},
      at: 'lists.*.name',
      gives: ['list 40', 'list 42'],
    },
    {
      it: 'or those of one purpose',
      deps: lists,
      params: {actor: bob, purposes: ['modlist']},
      at: 'lists.*.name',
      gives: ['list 42'],
    },
    {it: 'knows nobody who was not met', deps: lists, params: {actor: unmet}, fails: 'InvalidRequest'},
  ],
})

const onList = record(43, 1, 'graph.listitem', {list: listUri(44, 1), subject: carol})
const memberships = () => ({
  hydrator: hydratorOf({records: [list(44, 1), modlist(45, 1), onList]}),
  skeletons: {page: pageOf({id: 44, subject: 44}, {id: 45, subject: 45}), memberships: async () => new Map([[44, 43]])},
})

endpointTable(getListsWithMembership, {
  auth: 'viewer',
  rows: [
    {
      it: 'says by which record an account is on each list of the viewer',
      deps: memberships,
      params: {actor: carol},
      at: 'listsWithMembership.*.listItem.uri',
      gives: [onList.uri, undefined],
    },
    {
      it: 'shows those of one purpose',
      deps: memberships,
      params: {actor: carol, purposes: ['modlist']},
      at: 'listsWithMembership.*.list.name',
      gives: ['list 45'],
    },
    {it: 'knows nobody who was not met', deps: memberships, params: {actor: unmet}, fails: 'InvalidRequest'},
  ],
})

const none = {
  following: null,
  followedBy: null,
  blocking: null,
  blockedBy: null,
  blockingByList: null,
  blockedByList: null,
}

endpointTable(getRelationships, {
  auth: 'none',
  rows: [
    {
      it: 'gives the records by which two accounts stand to each other',
      deps: () => ({
        hydrator: hydratorOf({}),
        skeletons: {
          relations: async () => [{...none, other: 3, following: 'a', blockedBy: 'b', blockingByList: 'c'}],
        },
      }),
      params: {actor: bob, others: [carol, unmet]},
      gives: {
        actor: bob,
        relationships: [
          {
            $type: 'app.bsky.graph.defs#relationship',
            did: carol,
            following: `at://${bob}/app.bsky.graph.follow/a`,
            blockedBy: `at://${carol}/app.bsky.graph.block/b`,
            blockingByList: `at://${bob}/app.bsky.graph.listblock/c`,
          },
          {$type: 'app.bsky.graph.defs#notFoundActor', actor: unmet, notFound: true},
        ],
      },
    },
    {
      it: 'knows nobody who was not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: unmet},
      fails: 'ActorNotFound',
    },
  ],
})

const pack = starterPack(50, 2, 40)
const inPack = [1, 2, 3].map(id => record(50 + id, 2, 'graph.listitem', {list: listUri(40, 2), subject: actor(id).did}))
const packPage =
  (contents: Contents = {}) =>
  () => ({
    hydrator: hydratorOf({
      records: [pack, list(40, 2), ...inPack],
      actors: [actor(1, {followers: 1}), actor(2, {followers: 9}), actor(3, {followers: 5})],
      ...contents,
    }),
    skeletons: {page: pageOf(...inPack.map(({id}, at) => ({id, subject: at + 1})))},
  })

endpointTable(getStarterPack, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows who is in it, those with the most followers first',
      deps: packPage(),
      params: {starterPack: packUri(50, 2)},
      at: 'starterPack.listItemsSample.*.subject.did',
      gives: [bob, carol, alice],
    },
    {
      it: 'leaves out who is behind a block',
      deps: packPage({relations: {3: {blockedBy: true}}}),
      params: {starterPack: packUri(50, 2)},
      at: 'starterPack.listItemsSample.*.subject.did',
      gives: [bob, alice],
    },
    {
      it: 'shows its list',
      deps: packPage(),
      params: {starterPack: packUri(50, 2)},
      at: 'starterPack.list.name',
      gives: 'list 40',
    },
    {
      it: 'knows none that is gone',
      deps: packPage({records: []}),
      params: {starterPack: packUri(50, 2)},
      fails: 'InvalidRequest',
    },
    {
      it: 'shows none whose creator is hidden',
      deps: packPage({actors: [actor(2, {isHidden: true})]}),
      params: {starterPack: packUri(50, 2)},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(getStarterPacks, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows those that there are',
      deps: packPage(),
      params: {uris: [packUri(50, 2), packUri(59, 2)]},
      at: 'starterPacks.*.uri',
      gives: [packUri(50, 2)],
    },
    {
      it: 'shows none whose creator is hidden',
      deps: packPage({actors: [actor(2, {isHidden: true})]}),
      params: {uris: [packUri(50, 2)]},
      at: 'starterPacks',
      gives: [],
    },
  ],
})

endpointTable(getActorStarterPacks, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows those of an account',
      deps: note => ({hydrator: hydratorOf({records: [pack]}), skeletons: {page: noting(note, {id: 50, subject: 50})}}),
      params: {actor: bob},
      at: 'starterPacks.*.uri',
      gives: [packUri(50, 2)],
      asks: [['starterPacks', 2]],
    },
    {
      it: 'knows nobody who was not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: unmet},
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(searchStarterPacks, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows those that are found, and where to go on',
      deps: note => ({
        hydrator: hydratorOf({records: [pack]}),
        search: {
          async popularStarterPacks(...asked: unknown[]) {
            note(...asked)
            return [50]
          },
        },
      }),
      params: {q: 'art', limit: 1, cursor: '2'},
      at: 'cursor',
      gives: '3',
      asks: [['art', 2, 1]],
    },
    {
      it: 'shows none behind a block',
      deps: () => ({
        hydrator: hydratorOf({records: [pack], relations: {2: {blockedBy: true}}}),
        search: {popularStarterPacks: async () => [50]},
      }),
      params: {q: 'art'},
      at: 'starterPacks',
      gives: [],
    },
  ],
})

endpointTable(searchStarterPacksV2, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows each with what is in it',
      deps: () => ({...packPage()(), search: {popularStarterPacks: async () => [50, 59]}}),
      params: {q: 'art'},
      at: 'starterPacks.*.uri',
      gives: [packUri(50, 2)],
    },
  ],
})

endpointTable(getSuggestedFollowsByActor, {
  auth: 'viewer',
  rows: [
    {
      it: 'shows whom those follow who follow an account',
      deps: note => ({
        hydrator: hydratorOf({}),
        search: {
          async accountsLike(...asked: unknown[]) {
            note(...asked)
            return [3]
          },
        },
      }),
      params: {actor: bob},
      at: 'suggestions.*.did',
      gives: [carol],
      asks: [[2, 1, 25]],
    },
    {
      it: 'knows nobody who was not met',
      deps: () => ({hydrator: hydratorOf({})}),
      params: {actor: unmet},
      fails: 'InvalidRequest',
    },
  ],
})

type Note = (...asked: unknown[]) => void
const acting = (name: string) => (note: Note) => ({
  hydrator: hydratorOf({records: [generator(60, 2)]}),
  state: {[name]: async (...asked: unknown[]) => note(...asked)},
})

endpointTable(muteActor, {
  auth: 'viewer',
  rows: [
    {
      it: 'mutes an account, as far as is said',
      deps: acting('mute'),
      input: {actor: 'bob.test', onlyReposts: true},
      asks: [[alice, 2, {actor: 'bob.test', onlyReposts: true}]],
    },
    {it: 'mutes nobody who was not met', deps: acting('mute'), input: {actor: unmet}, fails: 'InvalidRequest'},
    {it: 'mutes no viewer', deps: acting('mute'), input: {actor: alice}, fails: 'InvalidRequest', asks: []},
  ],
})

endpointTable(unmuteActor, {
  auth: 'viewer',
  rows: [
    {it: 'mutes an account no longer', deps: acting('unmute'), input: {actor: bob}, asks: [[alice, 2]]},
    {it: 'knows nobody who was not met', deps: acting('unmute'), input: {actor: unmet}, fails: 'InvalidRequest'},
  ],
})

for (const [endpoint, isMarked] of [
  [muteActorList, true],
  [unmuteActorList, false],
] as const) {
  endpointTable(endpoint, {
    auth: 'viewer',
    rows: [
      {
        it: 'goes by the DID and key of the list, whether or not it is there',
        deps: acting('mark'),
        input: {list: listUri(40, 2)},
        asks: [['list_mute', alice, {did: bob, collection: 'app.bsky.graph.list', rkey: rkeyOf(40)}, isMarked]],
      },
      {it: 'takes nothing that is no list', deps: acting('mark'), input: {list: uriOf(10, 2)}, fails: 'InvalidRequest'},
      {
        it: 'takes no list by its owner’s handle',
        deps: acting('mark'),
        input: {list: `at://bob.test/app.bsky.graph.list/${rkeyOf(40)}`},
        fails: 'InvalidRequest',
      },
    ],
  })
}

for (const [endpoint, isMarked] of [
  [muteThread, true],
  [unmuteThread, false],
] as const) {
  const {uri, rkey} = post(10, 2)
  endpointTable(endpoint, {
    auth: 'viewer',
    rows: [
      {
        it: 'goes by the DID and key of the first post',
        deps: acting('mark'),
        input: {root: uri},
        asks: [['thread_mute', alice, {did: bob, collection: 'app.bsky.feed.post', rkey}, isMarked]],
      },
      {
        it: 'takes nothing that is no post',
        deps: acting('mark'),
        input: {root: listUri(40, 2)},
        fails: 'InvalidRequest',
      },
    ],
  })
}
