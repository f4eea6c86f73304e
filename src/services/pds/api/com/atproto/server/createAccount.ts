/**
 * Makes an account: with a new identity, or of one that exists, whose owner shows by a service token that he wants it.
 * Behind an entryway it is that which makes accounts: what it has begun is finished here.
 */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {strangersAt} from '#runtime/strangers/stranger.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'
import type {Invites} from '../../../../accounts/invites.ts'
import type {Newcomers} from '../../../newcomers.ts'
import {sessionAnswer, type SessionDocs} from '../../../session-answer.ts'

type Deps = {
  accounts: Pick<Accounts, 'signUp' | 'takeOver' | 'admit'>
  invites: Pick<Invites, 'hold'>
  newcomers: Newcomers
  didDocs: SessionDocs
  /** Who makes accounts. */
  accountsFrom: 'here' | 'entryway'
}

export const endpoint = ({accounts, invites, newcomers, didDocs, accountsFrom}: Deps) =>
  procedure(createAccount, {
    auth: 'none',
    async handle({input, request, fail}) {
      const {did: wanted, handle, email, password, inviteCode, recoveryKey, plcOp} = input
      if (accountsFrom === 'entryway') {
        const message = 'An account is made at the entryway, which brings did and plcOp.'
        if (wanted === undefined || plcOp === undefined) throw fail('InvalidRequest', message)
        const session = await accounts.admit(wanted, handle, valueToJson(plcOp as Value))
        const {accessJwt, refreshJwt, did, didDoc} = await sessionAnswer(session, didDocs)
        return {accessJwt, refreshJwt, did, handle, didDoc}
      }
      // In the official server's words: its key is to be in the operation, so nobody else can have written it.
      if (plcOp !== undefined) throw fail('InvalidRequest', 'Unsupported input: "plcOp"')
      // First of all, since the rest asks other servers and compares with who is here.
      using invitation = await invites.hold(inviteCode)
      const asker = strangersAt(peerAddress(request)).one
      const person = {handle, email, password, invitation, recoveryKey, asker}
      if (wanted !== undefined) await newcomers.demand(request, wanted)
      const session = wanted === undefined ? await accounts.signUp(person) : await accounts.takeOver(wanted, person)
      const {accessJwt, refreshJwt, did, didDoc} = await sessionAnswer(session, didDocs)
      return {accessJwt, refreshJwt, did, handle: session.account.handle ?? handle, didDoc}
    },
  })
