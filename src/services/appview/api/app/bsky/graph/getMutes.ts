/** Whom the viewer has muted altogether, the last one first. */
import {getMutes} from '#lex/gen/app/bsky/graph/getMutes.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {accountPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../store/position.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(getMutes, {
    auth: 'viewer',
    async handle({params, caller}) {
      const mutes = (after: Position, limit: number) => deps.state.page('mutes', caller.did, after, limit)
      const {items, cursor} = await accountPage(deps, params, caller.did, mutes, ({id}) => id)
      return answer(getMutes, {cursor, mutes: items})
    },
  })
