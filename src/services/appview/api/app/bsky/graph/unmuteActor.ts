/** Mutes an account no longer. */
import {unmuteActor} from '#lex/gen/app/bsky/graph/unmuteActor.ts'
import {procedure} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import type {PrivateState} from '../../../../store/private-state.ts'

type Deps = {state: Pick<PrivateState, 'unmute'>; hydrator: Pick<Hydrator, 'actorId'>}

export const endpoint = ({state, hydrator}: Deps) =>
  procedure(unmuteActor, {
    auth: 'viewer',
    async handle({input, caller}) {
      await state.unmute(caller.did, await knownActor(hydrator, input.actor))
      return undefined
    },
  })
