/** Sends a code to the caller's address, to confirm that it is his. */
import {requestEmailConfirmation} from '#lex/gen/com/atproto/server/requestEmailConfirmation.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'sendCode'>}

export const endpoint = ({emails}: Deps) =>
  procedure(requestEmailConfirmation, {
    auth: 'sessionOrClient',
    async handle({caller}) {
      const {did} = caller.for({resource: 'account', attr: 'email', action: 'manage'})
      await emails.sendCode(did, 'confirm_email')
      return undefined
    },
  })
