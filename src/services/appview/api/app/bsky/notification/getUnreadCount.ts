/** How many notifications the viewer has not seen: as many as they would be shown. */
import {getUnreadCount} from '#lex/gen/app/bsky/notification/getUnreadCount.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {type NotificationDeps, unreadCount} from '../../../../pages/notification-page.ts'

type Deps = NotificationDeps

export const endpoint = (deps: Deps) =>
  query(getUnreadCount, {
    auth: 'viewer',
    async handle({params, caller, fail}) {
      if (params.seenAt) throw fail('InvalidRequest', 'The seenAt parameter is unsupported')
      return answer(getUnreadCount, {count: await unreadCount(deps, caller.did)})
    },
  })
