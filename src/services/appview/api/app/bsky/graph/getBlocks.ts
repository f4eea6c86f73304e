/** Whom the viewer blocks, the last one first. */
import {getBlocks} from '#lex/gen/app/bsky/graph/getBlocks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {accountPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../store/position.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getBlocks, {
    auth: 'viewer',
    async handle({params, caller}) {
      const viewer = await deps.hydrator.actorId(caller.did)
      if (viewer === undefined) return answer(getBlocks, {blocks: []})
      const rows = (after: Position, limit: number) => deps.skeletons.page('blocks', viewer, after, limit)
      const {items, cursor} = await accountPage(deps, params, caller.did, rows, ({subject}) => subject)
      return answer(getBlocks, {cursor, blocks: items})
    },
  })
