/** The lists that an account has made. */
import {getLists} from '#lex/gen/app/bsky/graph/getLists.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {knownActor, listsPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../pages/paging.ts'
import type {Lists} from '../../../../store/skeletons/lists.ts'

type Deps = {lists: Pick<Lists, 'page'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getLists, {
    auth: 'anyone',
    async handle({params, caller}) {
      const actor = await knownActor(deps.hydrator, params.actor)
      const rows = (after: Position, limit: number) => deps.lists.page('lists', actor, after, limit)
      const {items, cursor} = await listsPage(deps, params, caller?.did, rows, ({id}) => id)
      const purposes = (params.purposes ?? ['modlist', 'curatelist']).map(name => `app.bsky.graph.defs#${name}`)
      return answer(getLists, {cursor, lists: items.filter(({purpose}) => purposes.includes(purpose))})
    },
  })
