/** Accounts that are followed by those who follow this one. */
import {getSuggestedFollowsByActor} from '#lex/gen/app/bsky/graph/getSuggestedFollowsByActor.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {Suggestions} from '../../../../store/skeletons/suggestions.ts'

const suggestedMax = 25

type Deps = {suggestions: Pick<Suggestions, 'likeActor'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = ({suggestions, hydrator}: Deps) =>
  query(getSuggestedFollowsByActor, {
    auth: 'viewer',
    async handle({params, caller}) {
      const actor = await knownActor(hydrator, params.actor)
      const ids = await suggestions.likeActor(actor, await hydrator.actorId(caller.did), suggestedMax)
      const read = await hydrator.hydrate(caller.did, {actors: ids})
      return answer(getSuggestedFollowsByActor, {suggestions: shownProfiles(read, ids), isFallback: false})
    },
  })
