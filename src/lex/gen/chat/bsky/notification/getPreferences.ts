// Generated from lexicons/chat/bsky/notification/getPreferences.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as notificationDefs from './defs.ts'

export type Params = {}
export type Output = {
  preferences: notificationDefs.Preferences
}
export type ErrorName = never
/**
 * Get the requesting account's chat notification preferences. Defaults are returned for accounts that have not set any
 * preferences. Requires auth.
 */
export const getPreferences: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.notification.getPreferences',
  {
    output: lex.body('application/json', lex.object({
      preferences: lex.ref(() => notificationDefs.preferences),
    }, ['preferences'])),
  },
)

export {getPreferences as main}
