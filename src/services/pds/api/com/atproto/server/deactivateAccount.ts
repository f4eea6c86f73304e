/** Puts the caller's account at rest, until it is activated again or, if wanted, deleted. */
import {datetimeMs} from '#atp/syntax/datetime.ts'
import {deactivateAccount} from '#lex/gen/com/atproto/server/deactivateAccount.ts'
import {procedure} from '../../../callers.ts'
import type {Standing} from '../../../../accounts/standing.ts'

type Deps = {standing: Pick<Standing, 'deactivate'>}

export const endpoint = ({standing}: Deps) =>
  procedure(deactivateAccount, {
    auth: 'leaver',
    async handle({input: {deleteAfter}, caller}) {
      await standing.deactivate(caller.did, deleteAfter === undefined ? null : datetimeMs(deleteAfter))
      return undefined
    },
  })
