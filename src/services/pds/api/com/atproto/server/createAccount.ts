/** Makes an account with an identity of its own. */
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import type {Accounts} from '../../../../accounts.ts'
import {procedure} from '../../../../callers.ts'
import {sessionAnswer, type DidDocs} from '../../../../session-answer.ts'

type Deps = {accounts: Pick<Accounts, 'signUp'>; didDocs: DidDocs}

export const endpoint = ({accounts, didDocs}: Deps) =>
  procedure(createAccount, {
    auth: 'none',
    async handle({input, fail}) {
      if (input.did !== undefined) {
        throw fail('IncompatibleDidDoc', 'This server does not take over existing identities yet.')
      }
      const {handle, email, password, inviteCode, recoveryKey} = input
      const session = await accounts.signUp({handle, email, password, inviteCode, recoveryKey})
      const {accessJwt, refreshJwt, did, didDoc} = await sessionAnswer(session, didDocs)
      return {accessJwt, refreshJwt, did, handle: session.account.handle ?? handle, didDoc}
    },
  })
