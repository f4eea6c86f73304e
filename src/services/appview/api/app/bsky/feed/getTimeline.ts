/** What the viewer and those they follow have posted and reposted, newest first. */
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {feedViews, isForTimeline, recordsOf} from '../../../../pages/feed-page.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {Feeds} from '../../../../store/skeletons/feeds.ts'

type Deps = {feeds: Pick<Feeds, 'timeline'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId' | 'rev'>}

export const endpoint = ({feeds, hydrator}: Deps) =>
  query(getTimeline, {
    auth: 'viewer',
    async handle({params, caller}) {
      const viewer = await hydrator.actorId(caller.did)
      if (viewer === undefined) return answer(getTimeline, {feed: []})
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => feeds.timeline(viewer, after, limit),
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
