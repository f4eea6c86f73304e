/** Accounts that many follow and the viewer does not. */
import {getSuggestions} from '#lex/gen/app/bsky/actor/getSuggestions.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {offsetAfter, offsetOf} from '../../../../pages/list-page.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'

type Deps = {search: Pick<SearchStore, 'popularAccounts'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = ({search, hydrator}: Deps) =>
  query(getSuggestions, {
    auth: 'anyone',
    async handle({params, caller}) {
      const from = offsetOf(params.cursor)
      const viewer = caller && (await hydrator.actorId(caller.did))
      const ids = await search.popularAccounts(viewer, from, params.limit)
      const read = await hydrator.hydrate(caller?.did, {actors: ids})
      const actors = shownProfiles(read, ids).filter(({viewer: state}) => !state?.muted)
      return answer(getSuggestions, {cursor: offsetAfter(from, ids.length, params.limit), actors})
    },
  })
