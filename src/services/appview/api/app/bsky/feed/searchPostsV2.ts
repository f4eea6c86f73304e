/** Posts by words and by what else they are. All of the index is searched, recent or not. */
import {searchPostsV2} from '#lex/gen/app/bsky/feed/searchPostsV2.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {searchPage, type SearchDeps} from '../../../../pages/search-page.ts'
import {filteredQuery, isWanted, queryFault} from '../../../../search/filtered-query.ts'

type Deps = SearchDeps

export const endpoint = (deps: Deps) =>
  query(searchPostsV2, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const fault = queryFault(params)
      if (fault) throw fail('BadQueryString', fault)
      const {limit, cursor, sort} = params
      const found = await filteredQuery(deps.hydrator, params, caller?.did)
      const page = {limit, cursor, isTop: sort === 'top'}
      const {posts, cursor: next} = await searchPage(deps, found, page, caller?.did, (read, core) =>
        isWanted(read, core, params),
      )
      return answer(searchPostsV2, {cursor: next, posts})
    },
  })
