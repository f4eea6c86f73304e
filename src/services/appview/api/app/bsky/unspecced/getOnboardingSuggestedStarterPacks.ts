/** Starter packs for who has just come. */
import {getOnboardingSuggestedStarterPacks} from '#lex/gen/app/bsky/unspecced/getOnboardingSuggestedStarterPacks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedPacks, type SuggestedPackDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedPackDeps

export const endpoint = (deps: Deps) =>
  query(getOnboardingSuggestedStarterPacks, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getOnboardingSuggestedStarterPacks, {starterPacks: await suggestedPacks(deps, limit, caller)})
    },
  })
