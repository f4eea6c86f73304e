// Generated from lexicons/app/bsky/actor/putPreferences.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {}
export type Input = {
  preferences: actorDefs.Preferences
}
export type Output = undefined
export type ErrorName = never
/** Set the private preferences attached to the account. */
export const putPreferences: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.actor.putPreferences',
  {
    input: lex.body('application/json', lex.object({
      preferences: lex.ref(() => actorDefs.preferences),
    }, ['preferences'])),
  },
)

export {putPreferences as main}
