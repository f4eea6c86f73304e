/** Mutes an account no longer. */
import {unmuteActor} from '#lex/gen/app/bsky/graph/unmuteActor.ts'
import {procedure} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'unmute'>; hydrator: Pick<HydrationStore, 'actorId'>}

export const endpoint = ({state, hydrator}: Deps) =>
  procedure(unmuteActor, {
    auth: 'viewer',
    async handle({input, caller}) {
      await state.unmute(caller.did, await knownActor(hydrator, input.actor))
      return undefined
    },
  })
