/** What the methods of app.bsky.actor answer that are a PDS's own, given what stands behind them. */
import {did, endpointTable, otherDid} from '../../../../../../../test/pds-endpoints.ts'
import type {Asker} from '../../../../permissions/asker.ts'
import {Refusal} from '../../../../refusal.ts'
import {endpoint as getPreferences} from './getPreferences.ts'
import {endpoint as putPreferences} from './putPreferences.ts'

const caller = {did, scope: 'com.atproto.appPass'}
const proxy = {callerOf: (asker: Asker) => asker.for('nothing')}
const tags = {$type: 'app.bsky.actor.defs#interestsPref', tags: ['art']}

const kept = (note: (...asked: unknown[]) => void) => ({
  proxy,
  preferences: {
    async list(...all: unknown[]) {
      note(...all)
      return [tags]
    },
  },
})
endpointTable(getPreferences, {
  auth: 'overseer',
  rows: [
    {
      it: 'gives what apps have kept, as far as the session may see it',
      deps: kept,
      caller,
      // Another account is none of its business.
      params: {did: otherDid},
      gives: {preferences: [tags]},
      asks: [[caller, 'app.bsky']],
    },
    {
      it: 'gives the moderation service those of the account that it names',
      deps: kept,
      caller: undefined,
      params: {did: otherDid},
      gives: {preferences: [tags]},
      asks: [[{did: otherDid, scope: 'com.atproto.access'}, 'app.bsky']],
    },
    {it: 'wants to be told of whom', caller: undefined, fails: 'InvalidRequest'},
  ],
})

endpointTable(putPreferences, {
  auth: 'sessionOrClient',
  rows: [
    {
      it: 'keeps what an app sets',
      deps: note => ({proxy, preferences: {put: async (...all) => note(...all)}}),
      caller,
      input: {preferences: [tags]},
      asks: [[caller, 'app.bsky', [tags]]],
    },
    {
      it: 'keeps nothing that the session may not set',
      deps: () => ({proxy, preferences: {put: () => Promise.reject(new Refusal('bad-preference', 'No.'))}}),
      input: {preferences: [tags]},
      fails: 'InvalidRequest',
    },
  ],
})
