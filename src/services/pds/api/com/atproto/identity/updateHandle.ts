/** Gives the caller's account another handle. */
import {updateHandle} from '#lex/gen/com/atproto/identity/updateHandle.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'changeHandle'>}

export const endpoint = ({accounts}: Deps) =>
  procedure(updateHandle, {
    auth: 'fullOrClient',
    async handle({input, caller}) {
      await accounts.changeHandle(caller.for({resource: 'identity', attr: 'handle'}).did, input.handle)
      return undefined
    },
  })
