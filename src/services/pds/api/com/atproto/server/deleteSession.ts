/** Logs out: ends the session that the refresh token belongs to. */
import {deleteSession} from '#lex/gen/com/atproto/server/deleteSession.ts'
import {procedure} from '../../../callers.ts'
import type {Logins} from '../../../../accounts/logins.ts'

type Deps = {logins: Pick<Logins, 'logOut'>}

export const endpoint = ({logins}: Deps) =>
  procedure(deleteSession, {
    auth: 'refresh',
    async handle({caller}) {
      await logins.logOut(caller.token)
      return undefined
    },
  })
