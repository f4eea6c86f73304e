/** What the methods of app.bsky.labeler answer, given what stands behind them. */
import {
  actor,
  bob,
  carol,
  type Contents,
  endpointTable,
  hydratorOf,
  record,
} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as getServices} from './getServices.ts'

const policies = {labelValues: ['spam']}
const labeler = {
  ...record(80, 2, 'labeler.service', {policies, reasonTypes: ['com.atproto.moderation.defs#reasonSpam']}),
  uri: `at://${bob}/app.bsky.labeler.service/self`,
}
const deps =
  (contents: Contents = {}) =>
  () => ({hydrator: hydratorOf({records: [labeler], ...contents})})

endpointTable(getServices, {
  auth: 'anyone',
  rows: [
    {
      it: 'shows the labelers among the accounts',
      deps: deps(),
      params: {dids: [bob, carol]},
      at: 'views.*.creator.did',
      gives: [bob],
    },
    {
      it: 'shows what one does where that is asked for',
      deps: deps(),
      params: {dids: [bob], detailed: true},
      at: 'views.*.policies',
      gives: [policies],
    },
    {it: 'and not where it is not', deps: deps(), params: {dids: [bob]}, at: 'views.*.policies', gives: [undefined]},
    {
      it: 'shows none that is hidden',
      deps: deps({actors: [actor(2, {isHidden: true})]}),
      params: {dids: [bob]},
      gives: {views: []},
    },
    {it: 'takes a hundred at most', params: {dids: Array.from({length: 101}, () => bob)}, fails: 'InvalidRequest'},
  ],
})
