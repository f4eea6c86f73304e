// Generated from lexicons/app/bsky/draft/deleteDraft.json by the lexicon generator. Do not edit.
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  id: Tid
}
export type Output = undefined
export type ErrorName = never
/** Deletes a draft by ID. Requires authentication. */
export const deleteDraft: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.draft.deleteDraft',
  {
    input: lex.body('application/json', lex.object({
      id: lex.string({format: 'tid'}),
    }, ['id'])),
  },
)

export {deleteDraft as main}
