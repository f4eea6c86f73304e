/** Logs out: ends the session that the refresh token belongs to. */
import {deleteSession} from '#lex/gen/com/atproto/server/deleteSession.ts'
import type {Accounts} from '../../../../accounts.ts'
import {procedure} from '../../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'logOut'>}

export const endpoint = ({accounts}: Deps) =>
  procedure(deleteSession, {
    auth: 'refresh',
    async handle({caller}) {
      await accounts.logOut(caller.token)
      return undefined
    },
  })
