/**
 * Shuts everybody out of an account that somebody else has got into: its passwords are good no more, nor is any session,
 * or second factor that may be the other's. Its owner comes back by a code to the address of the account.
 */
import {revokeAccountCredentials} from '#lex/gen/com/atproto/temp/revokeAccountCredentials.ts'
import {procedure} from '../../../callers.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import type {Emails} from '../../../../mail/emails.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'

type Deps = {
  accounts: Pick<Accounts, 'find'>
  accountStore: Pick<AccountStore, 'revoke'>
  emails: Pick<Emails, 'notify'>
}

export const endpoint = ({accounts, accountStore, emails}: Deps) =>
  procedure(revokeAccountCredentials, {
    auth: 'admin',
    async handle({input, fail}) {
      const account = await accounts.find(input.account)
      if (!account) throw fail('InvalidRequest', 'This server has no such account.')
      await accountStore.revoke(account.did)
      await emails.notify(account.did, 'factors', 'All second factors were removed by the administrator')
      return undefined
    },
  })
