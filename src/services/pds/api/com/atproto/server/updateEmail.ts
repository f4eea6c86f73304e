/** Gives the caller's account another address. */
import {updateEmail} from '#lex/gen/com/atproto/server/updateEmail.ts'
import {procedure} from '../../../../callers.ts'
import type {Emails} from '../../../../emails.ts'

type Deps = {emails: Pick<Emails, 'change'>}

export const endpoint = ({emails}: Deps) =>
  procedure(updateEmail, {
    auth: 'full',
    async handle({input: {email, token}, caller}) {
      await emails.change(caller.did, email, token)
      return undefined
    },
  })
