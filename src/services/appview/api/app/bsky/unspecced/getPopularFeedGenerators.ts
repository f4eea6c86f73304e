/** Feeds that many like, or those with a name like this. */
import {getPopularFeedGenerators} from '#lex/gen/app/bsky/unspecced/getPopularFeedGenerators.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {generatorViews, offsetAfter, offsetOf} from '../../../../pages/list-page.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'

type Deps = {search: Pick<SearchStore, 'popularFeeds'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getPopularFeedGenerators, {
    auth: 'anyone',
    async handle({params, caller}) {
      const from = offsetOf(params.cursor)
      const ids = await deps.search.popularFeeds(params.query, from, params.limit)
      const feeds = await generatorViews(deps, ids, caller?.did)
      return answer(getPopularFeedGenerators, {cursor: offsetAfter(from, ids.length, params.limit), feeds})
    },
  })
