/** Who likes a record, newest first. */
import {getLikes} from '#lex/gen/app/bsky/feed/getLikes.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {shownTime} from '../../../../claimed-time.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {isBlocked, isShown} from '../../../../rules.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {profileView} from '../../../../views/profile.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getLikes, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {uri, cid} = params
      const subject = (await hydrator.recordIds([uri])).get(uri)
      if (subject === undefined) return answer(getLikes, {uri, cid, likes: []})
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('likes', subject, after, limit),
        async rows => {
          const records = [subject, ...rows.map(({id}) => id)]
          const read = await hydrator.hydrate(caller?.did, {records, meeting: subject})
          const author = read.records.get(subject)?.actor
          return rows.flatMap(({id, subject: by}) => {
            const like = read.records.get(id)
            const actor = profileView(read, by)
            if (!like || !actor || !isShown(read, by) || isBlocked(read, by)) return []
            if (author !== undefined && read.areBlocked(author, by)) return []
            return [{indexedAt: like.indexedAt, createdAt: shownTime(like.record.createdAt) ?? like.indexedAt, actor}]
          })
        },
      )
      return answer(getLikes, {uri, cid, cursor, likes: items})
    },
  })
