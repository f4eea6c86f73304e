/** Pages of posts that a search has found, as the viewer may see them. */
import type {PostView} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import {isBlocked} from '../rules.ts'
import type {FoundQuery, SearchStore} from '../store/search/search-store.ts'
import {postView} from '../views/post.ts'

/** How often more is read to fill a page. */
const roundsMax = 10

export interface SearchDeps {
  readonly search: Pick<SearchStore, 'latestPosts' | 'topPosts'>
  readonly hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>
}

/** `isWanted` says which of those found are to be shown. */
export async function searchPage(
  {search, hydrator}: SearchDeps,
  query: FoundQuery,
  {limit, cursor: from, isTop}: {limit: number; cursor?: string; isTop: boolean},
  viewer: string | undefined,
  isWanted: (read: Hydration, core: RecordCore) => boolean = () => true,
): Promise<{posts: Plain<PostView>[]; cursor: string | undefined}> {
  const posts: Plain<PostView>[] = []
  let cursor = from
  for (let round = 0; round < roundsMax && posts.length < limit; round++) {
    const page = {limit: limit - posts.length, cursor}
    const found = await (isTop ? search.topPosts(query, page) : search.latestPosts(query, page))
    const read = await hydrator.hydrate(viewer, {records: found.ids})
    for (const id of found.ids) {
      const core = read.records.get(id)
      const view = core && !isBlocked(read, core.actor) && isWanted(read, core) ? postView(read, id) : undefined
      if (view) posts.push(view)
    }
    ;({cursor} = found)
    if (cursor === undefined) break
  }
  return {posts, cursor}
}
