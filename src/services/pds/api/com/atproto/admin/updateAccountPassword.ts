/** Gives an account another password, and ends its sessions. */
import {updateAccountPassword} from '#lex/gen/com/atproto/admin/updateAccountPassword.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'changePassword'>}

export const endpoint = ({accounts}: Deps) =>
  procedure(updateAccountPassword, {
    auth: 'admin',
    async handle({input}) {
      await accounts.changePassword(input.did, input.password)
      return undefined
    },
  })
