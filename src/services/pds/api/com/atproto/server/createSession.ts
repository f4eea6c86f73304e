/** Logs in with the account's password or an app password. */
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {procedure} from '../../../callers.ts'
import type {Logins} from '../../../../accounts/logins.ts'
import type {RateLimits} from '../../../rate-limits.ts'
import {sessionAnswer, type SessionDocs} from '../../../session-answer.ts'

type Deps = {logins: Pick<Logins, 'find' | 'logIn'>; limits: Pick<RateLimits, 'takeLogin'>; didDocs: SessionDocs}

export const endpoint = ({logins, limits, didDocs}: Deps) =>
  procedure(createSession, {
    auth: 'none',
    async handle({input: {identifier, password, allowTakendown}, request}) {
      const account = await logins.find(identifier)
      const guess = await limits.takeLogin(identifier, account?.did, request)
      const session = await logins.logIn(account, password, allowTakendown)
      await guess.right()
      return sessionAnswer(session, didDocs)
    },
  })
