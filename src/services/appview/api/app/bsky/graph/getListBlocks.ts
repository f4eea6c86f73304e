/** The lists whose accounts the viewer blocks. */
import {getListBlocks} from '#lex/gen/app/bsky/graph/getListBlocks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {listsPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../store/position.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getListBlocks, {
    auth: 'viewer',
    async handle({params, caller}) {
      const viewer = await deps.hydrator.actorId(caller.did)
      if (viewer === undefined) return answer(getListBlocks, {lists: []})
      const rows = (after: Position, limit: number) => deps.skeletons.page('listBlocks', viewer, after, limit)
      const {items, cursor} = await listsPage(deps, params, caller.did, rows, ({subject}) => subject)
      return answer(getListBlocks, {cursor, lists: items})
    },
  })
