/** Confirms the caller's address by the code that was sent there. */
import {confirmEmail} from '#lex/gen/com/atproto/server/confirmEmail.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'confirm'>}

export const endpoint = ({emails}: Deps) =>
  procedure(confirmEmail, {
    auth: 'sessionOrClient',
    async handle({input, caller}) {
      const {did} = caller.for({resource: 'account', attr: 'email', action: 'manage'})
      await emails.confirm(did, input.email, input.token)
      return undefined
    },
  })
