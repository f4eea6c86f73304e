/** Starter packs worth a look. */
import {getSuggestedStarterPacks} from '#lex/gen/app/bsky/unspecced/getSuggestedStarterPacks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedPacks, type SuggestedPackDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedPackDeps

export const endpoint = (deps: Deps) =>
  query(getSuggestedStarterPacks, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getSuggestedStarterPacks, {starterPacks: await suggestedPacks(deps, limit, caller)})
    },
  })
