// Generated from lexicons/app/bsky/actor/getPreferences.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {}
export type Output = {
  preferences: actorDefs.Preferences
}
export type ErrorName = never
/**
 * Get private preferences attached to the current account. Expected use is synchronization between multiple devices,
 * and import/export during account migration. Requires auth.
 */
export const getPreferences: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.actor.getPreferences',
  {
    output: lex.body('application/json', lex.object({
      preferences: lex.ref(() => actorDefs.preferences),
    }, ['preferences'])),
  },
)

export {getPreferences as main}
