/** Accounts by handle, name and description. */
import {searchActors} from '#lex/gen/app/bsky/actor/searchActors.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'

type Deps = {search: Pick<SearchStore, 'actors'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = ({search, hydrator}: Deps) =>
  query(searchActors, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {ids, cursor} = await search.actors(params.q ?? params.term ?? '', true, params)
      const read = await hydrator.hydrate(caller?.did, {actors: ids})
      return answer(searchActors, {cursor, actors: shownProfiles(read, ids)})
    },
  })
