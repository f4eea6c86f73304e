/** Gives an account another handle. */
import {updateAccountHandle} from '#lex/gen/com/atproto/admin/updateAccountHandle.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; accounts: Pick<Accounts, 'changeHandle'>}

export const endpoint = ({accountStore, accounts}: Deps) =>
  procedure(updateAccountHandle, {
    auth: 'admin',
    async handle({input, fail}) {
      if (!(await accountStore.byDid(input.did))) throw fail('InvalidRequest', 'This server has no such account.')
      await accounts.changeHandle(input.did, input.handle, {reserved: true})
      return undefined
    },
  })
