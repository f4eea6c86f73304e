/**
 * Makes an account: with a new identity, or of one that exists, whose owner shows by a service token that he wants it.
 */
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'
import type {Invites} from '../../../../accounts/invites.ts'
import type {Newcomers} from '../../../newcomers.ts'
import {sessionAnswer, type SessionDocs} from '../../../session-answer.ts'

type Deps = {
  accounts: Pick<Accounts, 'signUp' | 'takeOver'>
  invites: Pick<Invites, 'hold'>
  newcomers: Newcomers
  didDocs: SessionDocs
}

export const endpoint = ({accounts, invites, newcomers, didDocs}: Deps) =>
  procedure(createAccount, {
    auth: 'none',
    async handle({input, request, fail}) {
      const {did: wanted, handle, email, password, inviteCode, recoveryKey, plcOp} = input
      // In the official server's words: its key is to be in the operation, so nobody else can have written it.
      if (plcOp !== undefined) throw fail('InvalidRequest', 'Unsupported input: "plcOp"')
      // First of all, since the rest asks other servers and compares with who is here.
      using invitation = await invites.hold(inviteCode)
      const person = {handle, email, password, invitation, recoveryKey}
      if (wanted !== undefined) await newcomers.demand(request, wanted)
      const session = wanted === undefined ? await accounts.signUp(person) : await accounts.takeOver(wanted, person)
      const {accessJwt, refreshJwt, did, didDoc} = await sessionAnswer(session, didDocs)
      return {accessJwt, refreshJwt, did, handle: session.account.handle ?? handle, didDoc}
    },
  })
