// Generated from lexicons/app/bsky/graph/unmuteActorList.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  list: AtUri
}
export type Output = undefined
export type ErrorName = never
/** Unmutes the specified list of accounts. Requires auth. */
export const unmuteActorList: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.graph.unmuteActorList',
  {
    input: lex.body('application/json', lex.object({
      list: lex.string({format: 'at-uri'}),
    }, ['list'])),
  },
)

export {unmuteActorList as main}
