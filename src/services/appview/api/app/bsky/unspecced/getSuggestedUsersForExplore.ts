/** Accounts for the page on which people look around. Nothing is known here of categories, so all are one. */
import {getSuggestedUsersForExplore} from '#lex/gen/app/bsky/unspecced/getSuggestedUsersForExplore.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedUsers, type SuggestedUserDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedUserDeps

export const endpoint = (deps: Deps) =>
  query(getSuggestedUsersForExplore, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getSuggestedUsersForExplore, {actors: await suggestedUsers(deps, limit, caller)})
    },
  })
