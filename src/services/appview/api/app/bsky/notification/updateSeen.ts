/** Says up to when the viewer has seen their notifications. */
import {updateSeen} from '#lex/gen/app/bsky/notification/updateSeen.ts'
import {procedure} from '../../../../callers.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'setSeen'>}

export const endpoint = ({state}: Deps) =>
  procedure(updateSeen, {
    auth: 'viewer',
    async handle({input, caller}) {
      await state.setSeen(caller.did, Date.parse(input.seenAt))
      return undefined
    },
  })
