/** The lists that an account has made. */
import {getLists} from '#lex/gen/app/bsky/graph/getLists.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {knownActor, listsPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../store/position.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getLists, {
    auth: 'anyone',
    async handle({params, caller}) {
      const actor = await knownActor(deps.hydrator, params.actor)
      const rows = (after: Position, limit: number) => deps.skeletons.page('lists', actor, after, limit)
      const {items, cursor} = await listsPage(deps, params, caller?.did, rows, ({id}) => id)
      const purposes = (params.purposes ?? ['modlist', 'curatelist']).map(name => `app.bsky.graph.defs#${name}`)
      return answer(getLists, {cursor, lists: items.filter(({purpose}) => purposes.includes(purpose))})
    },
  })
