/** Confirms the caller's address by the code that was sent there. */
import {confirmEmail} from '#lex/gen/com/atproto/server/confirmEmail.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'confirm'>}

export const endpoint = ({emails}: Deps) =>
  procedure(confirmEmail, {
    auth: 'session',
    async handle({input, caller}) {
      await emails.confirm(caller.did, input.email, input.token)
      return undefined
    },
  })
