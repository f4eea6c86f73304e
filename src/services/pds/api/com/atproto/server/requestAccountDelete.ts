/** Sends the code by which the caller's account can be deleted. */
import {requestAccountDelete} from '#lex/gen/com/atproto/server/requestAccountDelete.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'sendCode'>}

export const endpoint = ({emails}: Deps) =>
  procedure(requestAccountDelete, {
    auth: 'full',
    async handle({caller}) {
      await emails.sendCode(caller.did, 'delete_account')
      return undefined
    },
  })
