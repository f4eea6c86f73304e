/** What has happened to the viewer, the last first. */
import {listNotifications} from '#lex/gen/app/bsky/notification/listNotifications.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {type NotificationDeps, notificationPage} from '../../../../pages/notification-page.ts'

type Deps = NotificationDeps

export const endpoint = (deps: Deps) =>
  query(listNotifications, {
    auth: 'viewer',
    async handle({params, caller, fail}) {
      if (params.seenAt) throw fail('InvalidRequest', 'The seenAt parameter is unsupported')
      const {items, cursor, seenMs, priority} = await notificationPage(deps, params, caller.did)
      // Who has never looked is told the time of the newest.
      const seenAt = seenMs === undefined ? items.at(0)?.indexedAt : new Date(seenMs).toISOString()
      return answer(listNotifications, {cursor, notifications: items, priority, seenAt})
    },
  })
