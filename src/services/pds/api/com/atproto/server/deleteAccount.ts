/** Deletes an account with all it holds: by its password, and a code that was sent to its address. */
import {deleteAccount} from '#lex/gen/com/atproto/server/deleteAccount.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {strangersAt} from '#runtime/strangers/stranger.ts'
import {procedure} from '../../../callers.ts'
import {mailCode, type EmailTokens} from '../../../../mail/email-tokens.ts'
import type {Logins} from '../../../../accounts/logins.ts'
import type {RateLimits} from '../../../rate-limits.ts'
import type {Standing} from '../../../../accounts/standing.ts'
import {Refusal} from '../../../../refusal.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'

type Deps = {
  limits: Pick<RateLimits, 'takeLogin'>
  logins: Pick<Logins, 'isOwner'>
  emailTokens: Pick<EmailTokens, 'demand'>
  standing: Pick<Standing, 'remove'>
  accountStore: Pick<AccountStore, 'byDid'>
}

export const endpoint = ({limits, logins, emailTokens, standing, accountStore}: Deps) =>
  procedure(deleteAccount, {
    auth: 'none',
    async handle({input: {did, password, token}, request, fail}) {
      const guess = await limits.takeLogin(did, did, request)
      // Both are looked at whatever the other is, and one refusal stands for both: or whoever has one of them could try
      // for the other. That a code is too old tells only him who has it.
      const [isOwner, code] = await Promise.all([
        logins.isOwner(did, password, strangersAt(peerAddress(request)).one),
        emailTokens.demand(did, 'delete_account', token).then(
          () => undefined,
          (refusal: unknown) => refusal,
        ),
      ])
      // Whatever the code is: nobody has the password of an account that has none.
      if ((await accountStore.byDid(did))?.passwordHash === null) throw fail('InvalidToken', withoutPassword)
      if (code !== undefined && !isWrongCode(code)) throw code
      if (!isOwner || code !== undefined) throw fail('InvalidToken', 'The password or the code is wrong.')
      await guess.right()
      await standing.remove(did, mailCode('delete_account', token))
      return undefined
    },
  })

const withoutPassword =
  'This account signs in with a passkey and has no password. Delete it on the pages of your account, under Data.'

const isWrongCode = (refusal: unknown): boolean => refusal instanceof Refusal && refusal.reason === 'wrong-code'
