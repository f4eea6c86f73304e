/** Renews a session: the refresh token is given up for the next one. */
import {refreshSession} from '#lex/gen/com/atproto/server/refreshSession.ts'
import {procedure} from '../../../callers.ts'
import type {Logins} from '../../../../accounts/logins.ts'
import {sessionAnswer, type SessionDocs} from '../../../session-answer.ts'

type Deps = {logins: Pick<Logins, 'refresh'>; didDocs: SessionDocs}

export const endpoint = ({logins, didDocs}: Deps) =>
  procedure(refreshSession, {
    auth: 'refresh',
    handle: async ({caller}) => sessionAnswer(await logins.refresh(caller.token), didDocs),
  })
