// Generated from lexicons/app/bsky/notification/getUnreadCount.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** Deprecated: this parameter is ignored. */
  priority?: boolean
  seenAt?: Datetime
}
export type Output = {
  count: number
}
export type ErrorName = never
/** Count the number of unread notifications for the requesting account. Requires auth. */
export const getUnreadCount: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.notification.getUnreadCount',
  {
    params: lex.params({
      priority: lex.boolean(),
      seenAt: lex.string({format: 'datetime'}),
    }),
    output: lex.body('application/json', lex.object({
      count: lex.integer(),
    }, ['count'])),
  },
)

export {getUnreadCount as main}
