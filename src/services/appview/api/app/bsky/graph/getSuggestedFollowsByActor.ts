/** Accounts that are followed by those who follow this one. */
import {getSuggestedFollowsByActor} from '#lex/gen/app/bsky/graph/getSuggestedFollowsByActor.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'

const suggestedMax = 25

type Deps = {search: Pick<SearchStore, 'accountsLike'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = ({search, hydrator}: Deps) =>
  query(getSuggestedFollowsByActor, {
    auth: 'viewer',
    async handle({params, caller}) {
      const actor = await knownActor(hydrator, params.actor)
      const ids = await search.accountsLike(actor, await hydrator.actorId(caller.did), suggestedMax)
      const read = await hydrator.hydrate(caller.did, {actors: ids})
      return answer(getSuggestedFollowsByActor, {suggestions: shownProfiles(read, ids), isFallback: false})
    },
  })
