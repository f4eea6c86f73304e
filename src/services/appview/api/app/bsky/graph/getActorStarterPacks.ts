/** The starter packs that an account has made. */
import {getActorStarterPacks} from '#lex/gen/app/bsky/graph/getActorStarterPacks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isOwnerShown, knownActor} from '../../../../pages/list-page.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {starterPackViewBasic} from '../../../../views/starter-pack.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getActorStarterPacks, {
    auth: 'anyone',
    async handle({params, caller}) {
      const actor = await knownActor(hydrator, params.actor)
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('starterPacks', actor, after, limit),
        async rows => {
          const ids = rows.map(({id}) => id)
          const read = await hydrator.hydrate(caller?.did, {records: ids})
          return ids.flatMap(id => (isOwnerShown(read, id) ? (starterPackViewBasic(read, id) ?? []) : []))
        },
      )
      return answer(getActorStarterPacks, {cursor, starterPacks: items})
    },
  })
