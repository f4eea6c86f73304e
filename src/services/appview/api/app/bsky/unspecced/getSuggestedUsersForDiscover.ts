/** Accounts to stand among the posts of a feed. */
import {getSuggestedUsersForDiscover} from '#lex/gen/app/bsky/unspecced/getSuggestedUsersForDiscover.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedUsers, type SuggestedUserDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedUserDeps

export const endpoint = (deps: Deps) =>
  query(getSuggestedUsersForDiscover, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getSuggestedUsersForDiscover, {actors: await suggestedUsers(deps, limit, caller)})
    },
  })
