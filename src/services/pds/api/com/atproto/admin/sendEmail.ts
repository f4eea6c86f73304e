/** Writes to the owner of an account. */
import {sendEmail} from '#lex/gen/com/atproto/admin/sendEmail.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; emails: Pick<Emails, 'write'>}

export const endpoint = ({accountStore, emails}: Deps) =>
  procedure(sendEmail, {
    auth: 'moderator',
    async handle({input, fail}) {
      const account = await accountStore.byDid(input.recipientDid)
      if (!account) throw fail('InvalidRequest', 'This server has no such account.')
      if (account.email === null) throw fail('InvalidRequest', 'This account has no email address.')
      await emails.write(account.did, input.subject ?? 'Message from the moderators of your server', input.content)
      return {sent: true}
    },
  })
