/** Feeds that many like. */
import {getSuggestedFeeds} from '#lex/gen/app/bsky/unspecced/getSuggestedFeeds.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {generatorViews} from '../../../../pages/list-page.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'

type Deps = {search: Pick<SearchStore, 'popularFeeds'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getSuggestedFeeds, {
    auth: 'anyone',
    async handle({params, caller}) {
      const ids = await deps.search.popularFeeds(undefined, 0, params.limit)
      return answer(getSuggestedFeeds, {feeds: await generatorViews(deps, ids, caller?.did)})
    },
  })
