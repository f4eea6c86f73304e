/** What the viewer has bookmarked, the last one first; what is gone or blocked stands there as such. */
import {getBookmarks} from '#lex/gen/app/bsky/bookmark/getBookmarks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'
import {isBlocked} from '../../../../rules.ts'
import {blockedPost, notFoundPost} from '../../../../views/post-parts.ts'
import {postView} from '../../../../views/post.ts'

type Deps = {state: Pick<PrivateStore, 'bookmarks'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = ({state, hydrator}: Deps) =>
  query(getBookmarks, {
    auth: 'viewer',
    async handle({params, caller}) {
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => state.bookmarks(caller.did, after, limit),
        async rows => {
          const ids = rows.map(({id}) => id)
          const read = await hydrator.hydrate(caller.did, {records: ids})
          return rows.map(({id, ms, uri, cid}) => {
            const core = read.records.get(id)
            const isHidden = core !== undefined && isBlocked(read, core.actor)
            const item = isHidden ? blockedPost(read, core) : (postView(read, id) ?? notFoundPost(uri))
            return {subject: {uri, cid}, createdAt: new Date(ms).toISOString(), item}
          })
        },
      )
      return answer(getBookmarks, {cursor, bookmarks: items})
    },
  })
