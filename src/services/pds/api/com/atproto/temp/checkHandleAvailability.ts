/** Whether a handle can be had here, and which others could. */
import {checkHandleAvailability} from '#lex/gen/com/atproto/temp/checkHandleAvailability.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {isEmail} from '../../../../mail/addresses.ts'
import {query} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'judgeWish'>}

export const endpoint = ({accounts}: Deps) =>
  query(checkHandleAvailability, {
    auth: 'none',
    async handle({params: {handle, email, birthDate}, fail}) {
      if (email !== undefined && !isEmail(email)) throw fail('InvalidEmail', 'email: not a valid email address.')
      const verdict = await accounts.judgeWish(handle, {email, birthDate})
      const $type = 'com.atproto.temp.checkHandleAvailability'
      return {
        handle,
        result: verdict.free
          ? {$type: `${$type}#resultAvailable` as const}
          : {$type: `${$type}#resultUnavailable` as const, suggestions: verdict.ideas},
      }
    },
  })
