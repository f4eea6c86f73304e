/** Accounts worth a look. */
import {getSuggestedUsers} from '#lex/gen/app/bsky/unspecced/getSuggestedUsers.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {suggestedUsers, type SuggestedUserDeps} from '../../../../pages/suggestion-page.ts'

type Deps = SuggestedUserDeps

export const endpoint = (deps: Deps) =>
  query(getSuggestedUsers, {
    auth: 'anyone',
    async handle({params: {limit}, caller}) {
      return answer(getSuggestedUsers, {actors: await suggestedUsers(deps, limit, caller)})
    },
  })
