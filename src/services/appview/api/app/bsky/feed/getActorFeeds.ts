/** Feeds that an account offers, newest first. */
import {getActorFeeds} from '#lex/gen/app/bsky/feed/getActorFeeds.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {shownGenerators} from '../../../../views/generator.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getActorFeeds, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const actor = await hydrator.actorId(params.actor)
      if (actor === undefined) throw fail('InvalidRequest', 'Profile not found')
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('generators', actor, after, limit),
        async rows => {
          const ids = rows.map(({id}) => id)
          return shownGenerators(await hydrator.hydrate(caller?.did, {records: ids}), ids)
        },
      )
      return answer(getActorFeeds, {cursor, feeds: items})
    },
  })
