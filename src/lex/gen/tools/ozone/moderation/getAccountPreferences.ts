// Generated from lexicons/tools/ozone/moderation/getAccountPreferences.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../../../app/bsky/actor/defs.ts'

export type Params = {
  did: Did
}
export type Output = {
  preferences: actorDefs.Preferences
}
export type ErrorName = never
/** Get private preferences for an account. Requires moderator or admin auth. */
export const getAccountPreferences: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getAccountPreferences',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      preferences: lex.ref(() => actorDefs.preferences),
    }, ['preferences'])),
  },
)

export {getAccountPreferences as main}
