/** Posts by what stands in them and who wrote them. */
import {searchPosts} from '#lex/gen/app/bsky/feed/searchPosts.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {searchPage, type SearchDeps} from '../../../../pages/search-page.ts'
import {foundQuery} from '../../../../search/found-query.ts'

type Deps = SearchDeps

export const endpoint = (deps: Deps) =>
  query(searchPosts, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {limit, cursor, sort} = params
      const found = await foundQuery(deps.hydrator, params, caller?.did)
      const page = {limit, cursor, isTop: sort === 'top'}
      return answer(searchPosts, await searchPage(deps, found, page, caller?.did))
    },
  })
