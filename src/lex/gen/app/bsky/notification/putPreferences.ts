// Generated from lexicons/app/bsky/notification/putPreferences.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  priority: boolean
}
export type Output = undefined
export type ErrorName = never
/** Set notification-related preferences for an account. Requires auth. */
export const putPreferences: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.notification.putPreferences',
  {
    input: lex.body('application/json', lex.object({
      priority: lex.boolean(),
    }, ['priority'])),
  },
)

export {putPreferences as main}
