/** The DID behind a handle: as the index has confirmed it, or else as the handle's own domain says. */
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import type {Identities} from '#sdk/identity.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'

type Deps = {hydrator: Pick<HydrationStore, 'actorId' | 'hydrate'>; identities: Pick<Identities, 'handleDid'>}

export const endpoint = ({hydrator, identities}: Deps) =>
  query(resolveHandle, {
    auth: 'none',
    async handle({params: {handle}, fail, signal}) {
      const id = await hydrator.actorId(handle)
      const actor = id === undefined ? undefined : (await hydrator.hydrate(undefined, {actors: [id]})).actors.get(id)
      if (actor && !actor.isHidden) return answer(resolveHandle, {did: actor.did})
      // One that is at rest or taken down leads nowhere, as if its domain were silent.
      const found = actor ? undefined : await identities.handleDid(handle, {signal})
      if (!found?.ok) throw fail('HandleNotFound', 'Unable to resolve handle')
      return answer(resolveHandle, {did: found.value})
    },
  })
