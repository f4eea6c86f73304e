// Generated from lexicons/com/atproto/temp/checkSignupQueue.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  activated: boolean
  placeInQueue?: number
  estimatedTimeMs?: number
}
export type ErrorName = never
/** Check accounts location in signup queue. */
export const checkSignupQueue: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.temp.checkSignupQueue',
  {
    output: lex.body('application/json', lex.object({
      activated: lex.boolean(),
      placeInQueue: lex.integer(),
      estimatedTimeMs: lex.integer(),
    }, ['activated'])),
  },
)

export {checkSignupQueue as main}
