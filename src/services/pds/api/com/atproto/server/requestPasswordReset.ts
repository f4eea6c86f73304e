/** Sends a code by which a forgotten password can be replaced. */
import {requestPasswordReset} from '#lex/gen/com/atproto/server/requestPasswordReset.ts'
import {procedure} from '../../../../callers.ts'
import type {Emails} from '../../../../emails.ts'

type Deps = {emails: Pick<Emails, 'requestPasswordReset'>}

export const endpoint = ({emails}: Deps) =>
  procedure(requestPasswordReset, {
    auth: 'none',
    async handle({input}) {
      await emails.requestPasswordReset(input.email)
      return undefined
    },
  })
