/** Accounts whose handle or name begins as somebody types. Who is blocked is there only by the very handle, to be unblocked. */
import {searchActorsTypeahead} from '#lex/gen/app/bsky/actor/searchActorsTypeahead.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isBlocked, isShown} from '../../../../rules.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'
import {profileViewBasic} from '../../../../views/profile.ts'

type Deps = {search: Pick<SearchStore, 'actors'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = ({search, hydrator}: Deps) =>
  query(searchActorsTypeahead, {
    auth: 'anyone',
    async handle({params, caller}) {
      const term = (params.q ?? params.term ?? '').trim()
      const {ids} = await search.actors(term, false, {limit: params.limit, cursor: undefined})
      const read = await hydrator.hydrate(caller?.did, {actors: ids})
      const isMeant = (id: number): boolean => read.actors.get(id)?.handle === term.replace(/^@/, '').toLowerCase()
      const actors = ids.flatMap(id =>
        isShown(read, id) && (!isBlocked(read, id) || isMeant(id)) ? (profileViewBasic(read, id) ?? []) : [],
      )
      return answer(searchActorsTypeahead, {actors})
    },
  })
