/** Deletes an account with all it holds: by its password, and a code that was sent to its address. */
import {deleteAccount} from '#lex/gen/com/atproto/server/deleteAccount.ts'
import {procedure} from '../../../../callers.ts'
import type {EmailTokens} from '../../../../email-tokens.ts'
import type {Logins} from '../../../../logins.ts'
import type {Standing} from '../../../../standing.ts'

type Deps = {
  logins: Pick<Logins, 'isOwner'>
  emailTokens: Pick<EmailTokens, 'demand'>
  standing: Pick<Standing, 'remove'>
}

export const endpoint = ({logins, emailTokens, standing}: Deps) =>
  procedure(deleteAccount, {
    auth: 'none',
    async handle({input: {did, password, token}, fail}) {
      if (!(await logins.isOwner(did, password))) throw fail('AuthenticationRequired', 'The password is wrong.')
      await emailTokens.demand(did, 'delete_account', token)
      await standing.remove(did)
      return undefined
    },
  })
