/** What the viewer and those they follow have posted and reposted, newest first. */
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {feedViews, isForTimeline, recordsOf} from '../../../../pages/feed-page.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'timeline'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId' | 'rev'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getTimeline, {
    auth: 'viewer',
    async handle({params, caller}) {
      const viewer = await hydrator.actorId(caller.did)
      if (viewer === undefined) return answer(getTimeline, {feed: []})
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.timeline(viewer, after, limit),
        async rows =>
          feedViews(
            await hydrator.hydrate(caller.did, {records: recordsOf(rows), withReplied: true}),
            rows,
            isForTimeline,
          ),
      )
      return answer(getTimeline, {cursor, feed: items}, await hydrator.rev(caller.did))
    },
  })
