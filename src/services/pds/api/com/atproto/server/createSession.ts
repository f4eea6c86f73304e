/** Logs in with the account's password or an app password. */
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {procedure} from '../../../../callers.ts'
import type {Logins} from '../../../../logins.ts'
import type {RateLimits} from '../../../../rate-limits.ts'
import {sessionAnswer, type SessionDocs} from '../../../../session-answer.ts'

type Deps = {logins: Pick<Logins, 'logIn'>; limits: Pick<RateLimits, 'takeLogin'>; didDocs: SessionDocs}

export const endpoint = ({logins, limits, didDocs}: Deps) =>
  procedure(createSession, {
    auth: 'none',
    async handle({input: {identifier, password, allowTakendown}, request}) {
      limits.takeLogin(identifier, request)
      return sessionAnswer(await logins.logIn(identifier, password, allowTakendown), didDocs)
    },
  })
