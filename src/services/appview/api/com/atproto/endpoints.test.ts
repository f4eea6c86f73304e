/** What the methods of com.atproto that an AppView has answer, given what stands behind them. */
import {failed} from '#sdk/did-lookup.ts'
import {
  actor,
  bob,
  carol,
  cid,
  type Contents,
  endpointTable,
  hydratorOf,
  post,
  record,
} from '../../../../../../test/appview-endpoints.ts'
import {endpoint as resolveHandle} from './identity/resolveHandle.ts'
import {endpoint as queryLabels} from './label/queryLabels.ts'
import {endpoint as getRecord} from './repo/getRecord.ts'

const resolves = (contents: Contents, elsewhere?: typeof carol) => (note: (...asked: unknown[]) => void) => ({
  hydrator: hydratorOf(contents),
  identities: {
    async handleDid(handle: string) {
      note(handle)
      return elsewhere ? ({ok: true, value: elsewhere} as const) : failed('not-found', handle)
    },
  },
})

endpointTable(resolveHandle, {
  auth: 'none',
  rows: [
    {
      it: 'knows the handles of the index',
      deps: resolves({}),
      params: {handle: 'bob.test'},
      gives: {did: bob},
      asks: [],
    },
    {
      it: 'looks others up',
      deps: resolves({}, carol),
      params: {handle: 'other.test'},
      gives: {did: carol},
      asks: ['other.test'],
    },
    {
      it: 'leads nowhere where the account is hidden, and looks it up nowhere',
      deps: resolves({actors: [actor(2, {isHidden: true})]}, bob),
      params: {handle: 'bob.test'},
      fails: 'HandleNotFound',
      asks: [],
    },
    {
      it: 'says that a handle leads nowhere',
      deps: resolves({}),
      params: {handle: 'other.test'},
      fails: 'HandleNotFound',
    },
  ],
})

const labels = ['a', 'b'].map(val => ({src: bob, uri: post(10, 2).uri, val, cts: '2026-01-01T00:00:00.000Z'}))
const profile = {
  ...record(81, 2, 'actor.profile', {}, {labels: [{...labels[0], val: 'of the account'}]}),
  uri: `at://${bob}/app.bsky.actor.profile/self`,
}
const labelled =
  (contents: Contents = {}) =>
  () => ({
    hydrator: hydratorOf({records: [post(10, 2, {labels}), profile], ...contents}),
  })
const {uri} = post(10, 2)

endpointTable(queryLabels, {
  auth: 'none',
  rows: [
    {
      it: 'gives the labels that authors gave themselves',
      deps: labelled(),
      params: {uriPatterns: [uri]},
      at: 'labels.*.val',
      gives: ['a', 'b'],
    },
    {
      it: 'those of an account are of its profile',
      deps: labelled(),
      params: {uriPatterns: [bob]},
      at: 'labels.*.val',
      gives: ['of the account'],
    },
    {
      it: 'gives those of some sources',
      deps: labelled(),
      params: {uriPatterns: [uri], sources: [carol]},
      gives: {labels: []},
    },
    {it: 'says where to go on', deps: labelled(), params: {uriPatterns: [uri], limit: 1}, at: 'cursor', gives: '1'},
    {
      it: 'goes on there',
      deps: labelled(),
      params: {uriPatterns: [uri], limit: 1, cursor: '1'},
      gives: {labels: [labels[1]]},
    },
    {
      it: 'gives none of who is hidden',
      deps: labelled({actors: [actor(2, {isHidden: true})]}),
      params: {uriPatterns: [uri]},
      gives: {labels: []},
    },
    {it: 'knows no patterns', deps: labelled(), params: {uriPatterns: ['at://*']}, fails: 'InvalidRequest'},
    {
      it: 'takes a hundred at most',
      params: {uriPatterns: Array.from({length: 101}, () => uri)},
      fails: 'InvalidRequest',
    },
  ],
})

const {did, collection, rkey} = post(10, 2)
const params = {repo: did, collection, rkey}
const there =
  (contents: Contents = {}) =>
  () => ({hydrator: hydratorOf({records: [post(10, 2)], ...contents})})

endpointTable(getRecord, {
  auth: 'none',
  rows: [
    {it: 'gives a record of the index', deps: there(), params, gives: {uri, cid, value: post(10, 2).record}},
    {it: 'gives that version', deps: there(), params: {...params, cid}, at: 'cid', gives: cid},
    {
      it: 'and no other',
      deps: there(),
      params: {...params, cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'},
      fails: 'RecordNotFound',
    },
    {
      it: 'gives none of who is hidden',
      deps: there({actors: [actor(2, {isHidden: true})]}),
      params,
      fails: 'RecordNotFound',
    },
    {it: 'gives none that is gone', deps: there({records: []}), params, fails: 'RecordNotFound'},
  ],
})
