/** Posts by what stands in them and who wrote them. */
import {searchPosts} from '#lex/gen/app/bsky/feed/searchPosts.ts'
import type {PostView} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {answer} from '../../../../answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {isBlocked} from '../../../../rules.ts'
import {foundQuery} from '../../../../search/found-query.ts'
import type {Search} from '../../../../search/search.ts'
import {postView} from '../../../../views/post.ts'

/** How often more is read to fill a page. */
const roundsMax = 10

type Deps = {search: Pick<Search, 'latestPosts' | 'topPosts'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = ({search, hydrator}: Deps) =>
  query(searchPosts, {
    auth: 'anyone',
    async handle({params, caller}) {
      const query = await foundQuery(hydrator, params, caller?.did)
      const posts: Plain<PostView>[] = []
      let cursor: string | undefined = params.cursor
      for (let round = 0; round < roundsMax && posts.length < params.limit; round++) {
        const page = {limit: params.limit - posts.length, cursor}
        const found = await (params.sort === 'top' ? search.topPosts(query, page) : search.latestPosts(query, page))
        const read = await hydrator.hydrate(caller?.did, {records: found.ids})
        for (const id of found.ids) {
          const author = read.records.get(id)?.actor
          const view = author === undefined || isBlocked(read, author) ? undefined : postView(read, id)
          if (view) posts.push(view)
        }
        ;({cursor} = found)
        if (cursor === undefined) break
      }
      return answer(searchPosts, {cursor, posts})
    },
  })
