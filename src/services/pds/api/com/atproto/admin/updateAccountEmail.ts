/** Gives an account another email address, without asking its owner. */
import {updateAccountEmail} from '#lex/gen/com/atproto/admin/updateAccountEmail.ts'
import type {AccountStore} from '../../../../store/account-store.ts'
import {checkEmail, emailTaken, type Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; accountStore: Pick<AccountStore, 'setEmail'>}

export const endpoint = ({accounts, accountStore}: Deps) =>
  procedure(updateAccountEmail, {
    auth: 'admin',
    async handle({input, fail}) {
      const account = await accounts.find(input.account)
      if (!account) throw fail('InvalidRequest', 'There is no such account here.')
      checkEmail(input.email)
      if ((await accountStore.setEmail(account.did, input.email, null)) === 'email-taken') throw emailTaken()
      return undefined
    },
  })
