/** Mutes an account, which is nobody else’s business. A scope takes the place of the last one. */
import {muteActor} from '#lex/gen/app/bsky/graph/muteActor.ts'
import {procedure} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'mute'>; hydrator: Pick<HydrationStore, 'actorId'>}

export const endpoint = ({state, hydrator}: Deps) =>
  procedure(muteActor, {
    auth: 'viewer',
    async handle({input, caller, fail}) {
      const subject = await knownActor(hydrator, input.actor)
      if (subject === (await hydrator.actorId(caller.did))) throw fail('InvalidRequest', 'Cannot mute oneself')
      await state.mute(caller.did, subject, input)
      return undefined
    },
  })
