/** Starter packs by what their names have in them, with what is in them. */
import {searchStarterPacksV2} from '#lex/gen/app/bsky/graph/searchStarterPacksV2.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {offsetAfter, offsetOf} from '../../../../pages/list-page.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'
import {starterPackView, type StarterPackDeps} from '../../../../pages/starter-pack-page.ts'

type Deps = StarterPackDeps & {search: Pick<SearchStore, 'popularStarterPacks'>}

export const endpoint = (deps: Deps) =>
  query(searchStarterPacksV2, {
    auth: 'anyone',
    async handle({params: {q, limit, cursor}, caller}) {
      const from = offsetOf(cursor)
      const ids = await deps.search.popularStarterPacks(q, from, limit)
      const views = await Promise.all(ids.map(id => starterPackView(deps, id, caller?.did)))
      const starterPacks = views.flatMap(view => (view && !view.creator.viewer?.blockedBy ? view : []))
      return answer(searchStarterPacksV2, {cursor: offsetAfter(from, ids.length, limit), starterPacks})
    },
  })
