/** What the accounts on a list have posted and reposted, newest first. */
import {getListFeed} from '#lex/gen/app/bsky/feed/getListFeed.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {feedViews, isForTimeline, recordsOf} from '../../../../pages/feed-page.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {isShown} from '../../../../rules.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {
  skeletons: Pick<SkeletonStore, 'listFeed'>
  hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds' | 'rev'>
}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getListFeed, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const list = (await hydrator.recordIds([params.list])).get(params.list)
      const about = list === undefined ? undefined : await hydrator.hydrate(caller?.did, {records: [list]})
      const core = list === undefined ? undefined : about?.records.get(list)
      if (list === undefined || !about || core?.collection !== 'app.bsky.graph.list' || !isShown(about, core.actor)) {
        throw fail('UnknownList', 'There is no such list.')
      }
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.listFeed(list, after, limit),
        async rows => {
          const records = [list, ...recordsOf(rows)]
          const read = await hydrator.hydrate(caller?.did, {records, withReplied: true, meeting: list})
          return feedViews(read, rows, (_, item) => {
            const by = read.records.get(item.item)?.actor
            // Nobody is brought together with the owner of a list against a block between them.
            return by !== undefined && !read.areBlocked(core.actor, by) && isForTimeline(read, item)
          })
        },
      )
      return answer(getListFeed, {cursor, feed: items}, await hydrator.rev(caller?.did))
    },
  })
