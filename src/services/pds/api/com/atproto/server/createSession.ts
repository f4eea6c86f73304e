/** Logs in with the account's password or an app password. */
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import type {Accounts} from '../../../../accounts.ts'
import {procedure} from '../../../../callers.ts'
import {sessionAnswer, type DidDocs} from '../../../../session-answer.ts'

type Deps = {accounts: Pick<Accounts, 'logIn'>; didDocs: DidDocs}

export const endpoint = ({accounts, didDocs}: Deps) =>
  procedure(createSession, {
    auth: 'none',
    handle: async ({input}) => sessionAnswer(await accounts.logIn(input.identifier, input.password), didDocs),
  })
