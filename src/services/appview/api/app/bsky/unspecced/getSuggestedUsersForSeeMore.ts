/** Accounts for who wants to see more of them. Nothing is known here of categories, so all are one. */
import {getSuggestedUsersForSeeMore} from '#lex/gen/app/bsky/unspecced/getSuggestedUsersForSeeMore.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedUsers, type SuggestedUserDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedUserDeps

export const endpoint = (deps: Deps) =>
  query(getSuggestedUsersForSeeMore, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getSuggestedUsersForSeeMore, {actors: await suggestedUsers(deps, limit, caller)})
    },
  })
