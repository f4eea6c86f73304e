/** Logs in with the account's password or an app password. */
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {procedure} from '../../../../callers.ts'
import type {Logins} from '../../../../logins.ts'
import {sessionAnswer, type SessionDocs} from '../../../../session-answer.ts'

type Deps = {logins: Pick<Logins, 'logIn'>; didDocs: SessionDocs}

export const endpoint = ({logins, didDocs}: Deps) =>
  procedure(createSession, {
    auth: 'none',
    handle: async ({input: {identifier, password, allowTakendown}}) =>
      sessionAnswer(await logins.logIn(identifier, password, allowTakendown), didDocs),
  })
