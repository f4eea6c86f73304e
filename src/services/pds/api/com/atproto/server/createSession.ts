/** Logs in with the account's password, and a second factor where the account has one, or with an app password. */
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {strangersAt} from '#runtime/strangers/stranger.ts'
import type {Logins} from '../../../../accounts/logins.ts'
import type {SignIn} from '../../../../factors/sign-in.ts'
import {Refusal} from '../../../../refusal.ts'
import {procedure} from '../../../callers.ts'
import type {RateLimits} from '../../../rate-limits.ts'
import {sessionAnswer, type SessionDocs} from '../../../session-answer.ts'

type Deps = {
  logins: Pick<Logins, 'find'>
  signIn: Pick<SignIn, 'session'>
  limits: Pick<RateLimits, 'takeLogin'>
  didDocs: SessionDocs
}

const withoutPassword =
  'This account signs in with a passkey: sign in by your browser (OAuth), or here with an app password, which you make on the pages of your account.'

export const endpoint = ({logins, signIn, limits, didDocs}: Deps) =>
  procedure(createSession, {
    auth: 'none',
    async handle({input: {identifier, password, authFactorToken, allowTakendown}, request}) {
      const account = await logins.find(identifier)
      const guess = await limits.takeLogin(identifier, account?.did, request)
      const asker = strangersAt(peerAddress(request)).one
      try {
        const session = await signIn.session(account, password, {
          token: authFactorToken,
          takendown: allowTakendown,
          asker,
          userAgent: request.headers.get('user-agent') ?? '',
        })
        await guess.right()
        return sessionAnswer(session, didDocs)
      } catch (error) {
        // The password was right: it was no guess.
        if (error instanceof Refusal && error.reason === 'factor-needed') await guess.right()
        // Whoever names an account that everybody may see; an address says nothing of whose it is.
        const isNamed = /^(did:|@?[^@]*$)/.test(identifier.trim())
        if (error instanceof Refusal && error.reason === 'wrong-login' && isNamed && account?.passwordHash === null) {
          throw new Refusal('wrong-login', withoutPassword)
        }
        throw error
      }
    },
  })
