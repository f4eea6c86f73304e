/** What the viewer has liked, that last liked first. What others like is theirs. */
import {getActorLikes} from '#lex/gen/app/bsky/feed/getActorLikes.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {feedViews, isWithoutBlock, recordsOf} from '../../../../pages/feed-page.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'liked'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId' | 'rev'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getActorLikes, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const actor = await hydrator.actorId(params.actor)
      const viewer = caller && (await hydrator.actorId(caller.did))
      if (actor === undefined || actor !== viewer) throw fail('InvalidRequest', 'Profile not found')
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.liked(actor, after, limit),
        async rows =>
          feedViews(
            await hydrator.hydrate(caller?.did, {records: recordsOf(rows), withReplied: true}),
            rows,
            isWithoutBlock,
          ),
      )
      return answer(getActorLikes, {cursor, feed: items}, await hydrator.rev(caller?.did))
    },
  })
