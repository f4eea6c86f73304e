/** The lists whose accounts the viewer has muted. */
import {getListMutes} from '#lex/gen/app/bsky/graph/getListMutes.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {listsPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../store/position.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getListMutes, {
    auth: 'viewer',
    async handle({params, caller}) {
      const rows = (after: Position, limit: number) => deps.state.page('listMutes', caller.did, after, limit)
      const {items, cursor} = await listsPage(deps, params, caller.did, rows, ({id}) => id)
      return answer(getListMutes, {cursor, lists: items})
    },
  })
