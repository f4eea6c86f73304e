// Generated from lexicons/app/bsky/draft/updateDraft.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as draftDefs from './defs.ts'

export type Params = {}
export type Input = {
  draft: draftDefs.DraftWithId
}
export type Output = undefined
export type ErrorName = never
/**
 * Updates a draft using private storage (stash). If the draft ID points to a non-existing ID, the update will be
 * silently ignored. This is done because updates don't enforce draft limit, so it accepts all writes, but will ignore
 * invalid ones. Requires authentication.
 */
export const updateDraft: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.draft.updateDraft',
  {
    input: lex.body('application/json', lex.object({
      draft: lex.ref(() => draftDefs.draftWithId),
    }, ['draft'])),
  },
)

export {updateDraft as main}
