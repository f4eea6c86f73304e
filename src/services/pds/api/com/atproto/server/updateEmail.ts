/** Gives the caller's account another address. */
import {updateEmail} from '#lex/gen/com/atproto/server/updateEmail.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'change'>}

export const endpoint = ({emails}: Deps) =>
  procedure(updateEmail, {
    auth: 'full',
    async handle({input: {email, emailAuthFactor, token}, caller, fail}) {
      // To take it in silence would let people believe that their account is guarded by more than its password.
      if (emailAuthFactor) {
        throw fail('InvalidRequest', 'This server does not support email codes at login.')
      }
      await emails.change(caller.did, email, token)
      return undefined
    },
  })
