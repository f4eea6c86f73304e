/** Replaces a forgotten password, and ends all sessions. */
import {resetPassword} from '#lex/gen/com/atproto/server/resetPassword.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'
import {mailCode, type EmailTokens} from '../../../../mail/email-tokens.ts'

type Deps = {emailTokens: Pick<EmailTokens, 'ownerOf'>; accounts: Pick<Accounts, 'changePassword'>}

export const endpoint = ({emailTokens, accounts}: Deps) =>
  procedure(resetPassword, {
    auth: 'none',
    async handle({input: {token, password}}) {
      const did = await emailTokens.ownerOf('reset_password', token)
      await accounts.changePassword(did, password, {code: mailCode('reset_password', token)})
      return undefined
    },
  })
