// Generated from lexicons/app/bsky/notification/updateSeen.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  seenAt: Datetime
}
export type Output = undefined
export type ErrorName = never
/** Notify server that the requesting account has seen notifications. Requires auth. */
export const updateSeen: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.notification.updateSeen',
  {
    input: lex.body('application/json', lex.object({
      seenAt: lex.string({format: 'datetime'}),
    }, ['seenAt'])),
  },
)

export {updateSeen as main}
