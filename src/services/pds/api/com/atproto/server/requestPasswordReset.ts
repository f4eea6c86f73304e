/** Sends a code by which a forgotten password can be replaced. */
import {requestPasswordReset} from '#lex/gen/com/atproto/server/requestPasswordReset.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'
import type {RateLimits} from '../../../rate-limits.ts'

type Deps = {emails: Pick<Emails, 'requestPasswordReset'>; limits: Pick<RateLimits, 'mayMail'>}

export const endpoint = ({emails, limits}: Deps) =>
  procedure(requestPasswordReset, {
    auth: 'none',
    async handle({input}) {
      emails.requestPasswordReset(input.email, did => limits.mayMail(did))
      return undefined
    },
  })
