/** Accounts for who has just come. Nothing is known here of categories, so all are one. */
import {getSuggestedOnboardingUsers} from '#lex/gen/app/bsky/unspecced/getSuggestedOnboardingUsers.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedUsers, type SuggestedUserDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedUserDeps

export const endpoint = (deps: Deps) =>
  query(getSuggestedOnboardingUsers, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getSuggestedOnboardingUsers, {actors: await suggestedUsers(deps, limit, caller)})
    },
  })
