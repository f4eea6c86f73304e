/** Keeps a handle back: nobody is given it but by the admin. */
import {addReservedHandle} from '#lex/gen/com/atproto/temp/addReservedHandle.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'reserveHandle'>}

export const endpoint = ({accounts}: Deps) =>
  procedure(addReservedHandle, {
    auth: 'admin',
    async handle({input}) {
      await accounts.reserveHandle(input.handle)
      return {}
    },
  })
