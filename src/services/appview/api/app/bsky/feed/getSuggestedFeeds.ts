/** Feeds that many like. */
import {getSuggestedFeeds} from '#lex/gen/app/bsky/feed/getSuggestedFeeds.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {generatorViews, offsetAfter, offsetOf} from '../../../../pages/list-page.ts'
import type {Suggestions} from '../../../../store/skeletons/suggestions.ts'

type Deps = {suggestions: Pick<Suggestions, 'feeds'>; hydrator: Pick<Hydrator, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getSuggestedFeeds, {
    auth: 'anyone',
    async handle({params, caller}) {
      const from = offsetOf(params.cursor)
      const ids = await deps.suggestions.feeds(undefined, from, params.limit)
      const feeds = await generatorViews(deps, ids, caller?.did)
      return answer(getSuggestedFeeds, {cursor: offsetAfter(from, ids.length, params.limit), feeds})
    },
  })
