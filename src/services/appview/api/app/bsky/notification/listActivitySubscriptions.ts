/** The accounts of whose posts the viewer wishes to hear. */
import {listActivitySubscriptions} from '#lex/gen/app/bsky/notification/listActivitySubscriptions.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {accountPage} from '../../../../pages/list-page.ts'
import type {Position} from '../../../../store/position.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = (deps: Deps) =>
  query(listActivitySubscriptions, {
    auth: 'viewer',
    async handle({params, caller}) {
      const rows = (after: Position, limit: number) => deps.state.page('subscriptions', caller.did, after, limit)
      const {items, cursor} = await accountPage(deps, params, caller.did, rows, ({id}) => id)
      return answer(listActivitySubscriptions, {cursor, subscriptions: items})
    },
  })
