/** Whom the viewer has muted altogether, the last one first. */
import {getMutes} from '#lex/gen/app/bsky/graph/getMutes.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {accountPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../pages/paging.ts'
import type {PrivateState} from '../../../../store/private-state.ts'

type Deps = {state: Pick<PrivateState, 'page'>; hydrator: Pick<Hydrator, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getMutes, {
    auth: 'viewer',
    async handle({params, caller}) {
      const mutes = (after: Position, limit: number) => deps.state.page('mutes', caller.did, after, limit)
      const {items, cursor} = await accountPage(deps, params, caller.did, mutes, ({id}) => id)
      return answer(getMutes, {cursor, mutes: items})
    },
  })
