// Generated from lexicons/tools/ozone/moderation/getEvent.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  id: number
}
export type Output = moderationDefs.ModEventViewDetail
export type ErrorName = never
/** Get details about a moderation event. */
export const getEvent: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getEvent',
  {
    params: lex.params({
      id: lex.integer(),
    }, ['id']),
    output: lex.body('application/json', lex.ref(() => moderationDefs.modEventViewDetail)),
  },
)

export {getEvent as main}
