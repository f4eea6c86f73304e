/** Posts that quote a post, newest first. */
import {getQuotes} from '#lex/gen/app/bsky/feed/getQuotes.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {isBlocked} from '../../../../rules.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {postView} from '../../../../views/post.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getQuotes, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {uri, cid} = params
      const quoted = (await hydrator.recordIds([uri])).get(uri)
      if (quoted === undefined) return answer(getQuotes, {uri, cid, posts: []})
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('quotes', quoted, after, limit),
        async rows => {
          const read = await hydrator.hydrate(caller?.did, {records: [quoted, ...rows.map(({id: post}) => post)]})
          const author = read.records.get(quoted)?.actor
          return rows.flatMap(({id: post}) => {
            const by = read.records.get(post)?.actor
            if (by === undefined || isBlocked(read, by)) return []
            return author !== undefined && read.areBlocked(author, by) ? [] : (postView(read, post) ?? [])
          })
        },
      )
      return answer(getQuotes, {uri, cid, cursor, posts: items})
    },
  })
