/** Lets the caller's account serve: after a rest, or once it has moved here. */
import {activateAccount} from '#lex/gen/com/atproto/server/activateAccount.ts'
import {procedure} from '../../../callers.ts'
import type {Standing} from '../../../../accounts/standing.ts'

type Deps = {standing: Pick<Standing, 'activate'>}

export const endpoint = ({standing}: Deps) =>
  procedure(activateAccount, {
    auth: 'full',
    async handle({caller}) {
      await standing.activate(caller.did)
      return undefined
    },
  })
