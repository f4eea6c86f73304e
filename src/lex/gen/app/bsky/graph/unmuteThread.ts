// Generated from lexicons/app/bsky/graph/unmuteThread.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  root: AtUri
}
export type Output = undefined
export type ErrorName = never
/** Unmutes the specified thread. Requires auth. */
export const unmuteThread: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.graph.unmuteThread',
  {
    input: lex.body('application/json', lex.object({
      root: lex.string({format: 'at-uri'}),
    }, ['root'])),
  },
)

export {unmuteThread as main}
