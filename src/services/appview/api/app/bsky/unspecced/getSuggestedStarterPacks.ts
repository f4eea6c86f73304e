/** Starter packs that many have come by. */
import {getSuggestedStarterPacks} from '#lex/gen/app/bsky/unspecced/getSuggestedStarterPacks.ts'
import {answer} from '../../../../answer.ts'
import {query} from '../../../../callers.ts'
import type {Suggestions} from '../../../../skeletons/suggestions.ts'
import {type StarterPackDeps, starterPackView} from '../../../../starter-pack-page.ts'

type Deps = StarterPackDeps & {suggestions: Pick<Suggestions, 'starterPacks'>}

export const endpoint = (deps: Deps) =>
  query(getSuggestedStarterPacks, {
    auth: 'anyone',
    async handle({params, caller}) {
      const ids = await deps.suggestions.starterPacks(undefined, 0, params.limit)
      const views = await Promise.all(ids.map(id => starterPackView(deps, id, caller?.did)))
      return answer(getSuggestedStarterPacks, {starterPacks: views.flatMap(view => view ?? [])})
    },
  })
