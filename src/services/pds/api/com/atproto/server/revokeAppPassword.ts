/** Takes an app password away, and with it the sessions that were begun with it. */
import {revokeAppPassword} from '#lex/gen/com/atproto/server/revokeAppPassword.ts'
import {procedure} from '../../../callers.ts'
import type {Logins} from '../../../../accounts/logins.ts'

type Deps = {logins: Pick<Logins, 'revokeAppPassword'>}

export const endpoint = ({logins}: Deps) =>
  procedure(revokeAppPassword, {
    auth: 'full',
    async handle({input, caller}) {
      await logins.revokeAppPassword(caller.did, input.name)
      return undefined
    },
  })
