/** Renews a session: the refresh token is given up for the next one. */
import {refreshSession} from '#lex/gen/com/atproto/server/refreshSession.ts'
import type {Accounts} from '../../../../accounts.ts'
import {procedure} from '../../../../callers.ts'
import {sessionAnswer, type DidDocs} from '../../../../session-answer.ts'

type Deps = {accounts: Pick<Accounts, 'refresh'>; didDocs: DidDocs}

export const endpoint = ({accounts, didDocs}: Deps) =>
  procedure(refreshSession, {
    auth: 'refresh',
    handle: async ({caller}) => sessionAnswer(await accounts.refresh(caller.token), didDocs),
  })
