// Generated from lexicons/app/bsky/notification/getPreferences.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as notificationDefs from './defs.ts'

export type Params = {}
export type Output = {
  preferences: notificationDefs.Preferences
}
export type ErrorName = never
/** Get notification-related preferences for an account. Requires auth. */
export const getPreferences: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.notification.getPreferences',
  {
    output: lex.body('application/json', lex.object({
      preferences: lex.ref(() => notificationDefs.preferences),
    }, ['preferences'])),
  },
)

export {getPreferences as main}
