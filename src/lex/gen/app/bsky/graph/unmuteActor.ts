// Generated from lexicons/app/bsky/graph/unmuteActor.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  actor: AtIdentifier
}
export type Output = undefined
export type ErrorName = never
/** Unmutes the specified account. Requires auth. */
export const unmuteActor: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.graph.unmuteActor',
  {
    input: lex.body('application/json', lex.object({
      actor: lex.string({format: 'at-identifier'}),
    }, ['actor'])),
  },
)

export {unmuteActor as main}
