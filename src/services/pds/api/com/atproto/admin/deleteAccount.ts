/** Deletes an account with all it holds. */
import {deleteAccount} from '#lex/gen/com/atproto/admin/deleteAccount.ts'
import {procedure} from '../../../callers.ts'
import type {Standing} from '../../../../accounts/standing.ts'

type Deps = {standing: Pick<Standing, 'remove'>}

export const endpoint = ({standing}: Deps) =>
  procedure(deleteAccount, {
    auth: 'admin',
    async handle({input}) {
      await standing.remove(input.did)
      return undefined
    },
  })
