/** Gives an account another email address, without asking its owner. */
import {updateAccountEmail} from '#lex/gen/com/atproto/admin/updateAccountEmail.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import type {Emails} from '../../../../mail/emails.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; emails: Pick<Emails, 'replace'>}

export const endpoint = ({accounts, emails}: Deps) =>
  procedure(updateAccountEmail, {
    auth: 'admin',
    async handle({input, fail}) {
      const account = await accounts.find(input.account)
      if (!account) throw fail('InvalidRequest', 'This server has no such account.')
      await emails.replace(account.did, input.email)
      return undefined
    },
  })
