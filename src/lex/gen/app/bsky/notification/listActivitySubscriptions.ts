// Generated from lexicons/app/bsky/notification/listActivitySubscriptions.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  subscriptions: actorDefs.ProfileView[]
}
export type ErrorName = never
/** Enumerate all accounts to which the requesting account is subscribed to receive notifications for. Requires auth. */
export const listActivitySubscriptions: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.notification.listActivitySubscriptions',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      subscriptions: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['subscriptions'])),
  },
)

export {listActivitySubscriptions as main}
