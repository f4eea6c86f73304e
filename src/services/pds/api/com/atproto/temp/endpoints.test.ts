/** What the methods of com.atproto.temp answer, given what stands behind them. */
import type {Handle} from '#atp/syntax/handle.ts'
import {accountOf, did, endpointTable, refuses} from '../../../../../../../test/pds-endpoints.ts'
import {endpoint as addReservedHandle} from './addReservedHandle.ts'
import {endpoint as checkHandleAvailability} from './checkHandleAvailability.ts'
import {endpoint as checkSignupQueue} from './checkSignupQueue.ts'
import {endpoint as revokeAccountCredentials} from './revokeAccountCredentials.ts'

const type = 'com.atproto.temp.checkHandleAvailability'
endpointTable(checkHandleAvailability, {
  auth: 'none',
  rows: [
    {
      it: 'says that a handle is free',
      deps: () => ({accounts: {judgeWish: async () => ({free: true})}}),
      params: {handle: 'alice.test'},
      gives: {handle: 'alice.test', result: {$type: `${type}#resultAvailable`}},
    },
    {
      it: 'says which ones are, if it is not, by what is known of who asks',
      deps: note => ({
        accounts: {
          async judgeWish(...all) {
            note(...all)
            return {free: false, ideas: [{handle: 'alice1.test' as Handle, method: 'handle_number'}]}
          },
        },
      }),
      params: {handle: 'alice.test', email: 'al@example.com', birthDate: '2000-01-02T00:00:00Z'},
      gives: {
        handle: 'alice.test',
        result: {
          $type: `${type}#resultUnavailable`,
          suggestions: [{handle: 'alice1.test', method: 'handle_number'}],
        },
      },
      asks: [['alice.test', {email: 'al@example.com', birthDate: '2000-01-02T00:00:00Z'}]],
    },
    {
      it: 'takes no address that is none',
      params: {handle: 'alice.test', email: 'nonsense'},
      fails: 'InvalidEmail',
    },
  ],
})

endpointTable(checkSignupQueue, {auth: 'session', rows: [{it: 'lets nobody wait', gives: {activated: true}}]})

endpointTable(addReservedHandle, {
  auth: 'admin',
  beyond: ['InvalidHandle'],
  rows: [
    {
      it: 'keeps a handle back',
      deps: note => ({accounts: {reserveHandle: async handle => note(handle)}}),
      input: {handle: 'acme.test'},
      gives: {},
      asks: ['acme.test'],
    },
    {
      it: 'takes no handle that is none',
      deps: () => ({accounts: {reserveHandle: refuses('bad-handle')}}),
      input: {handle: 'acme'},
      fails: 'InvalidHandle',
    },
  ],
})

const input = {account: 'alice.test'}
endpointTable(revokeAccountCredentials, {
  auth: 'admin',
  rows: [
    {
      it: 'shuts everybody out of an account',
      deps: note => ({
        accounts: {
          async find(actor) {
            note(actor)
            return accountOf()
          },
        },
        accountStore: {revoke: async who => note('revoke', who)},
        emails: {notify: async (who, topic, what) => note('notify', who, topic, what)},
      }),
      input,
      asks: [
        'alice.test',
        ['revoke', did],
        ['notify', did, 'factors', 'All second factors were removed by the administrator'],
      ],
    },
    {
      it: 'knows nobody else',
      deps: () => ({accounts: {find: async () => undefined}}),
      input,
      fails: 'InvalidRequest',
    },
  ],
})
