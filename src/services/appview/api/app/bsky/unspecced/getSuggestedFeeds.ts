/** Feeds that many like. */
import {getSuggestedFeeds} from '#lex/gen/app/bsky/unspecced/getSuggestedFeeds.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {generatorViews} from '../../../../pages/list-page.ts'
import type {Suggestions} from '../../../../store/skeletons/suggestions.ts'

type Deps = {suggestions: Pick<Suggestions, 'feeds'>; hydrator: Pick<Hydrator, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getSuggestedFeeds, {
    auth: 'anyone',
    async handle({params, caller}) {
      const ids = await deps.suggestions.feeds(undefined, 0, params.limit)
      return answer(getSuggestedFeeds, {feeds: await generatorViews(deps, ids, caller?.did)})
    },
  })
