// Generated from lexicons/app/bsky/draft/createDraft.json by the lexicon generator. Do not edit.
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as draftDefs from './defs.ts'

export type Params = {}
export type Input = {
  draft: draftDefs.Draft
}
export type Output = {
  /** The ID of the created draft. */
  id: Tid
}
export type ErrorName = 'DraftLimitReached'
/**
 * Inserts a draft using private storage (stash). An upper limit of drafts might be enforced. Requires authentication.
 */
export const createDraft: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.draft.createDraft',
  {
    input: lex.body('application/json', lex.object({
      draft: lex.ref(() => draftDefs.draft),
    }, ['draft'])),
    output: lex.body('application/json', lex.object({
      id: lex.string({format: 'tid'}),
    }, ['id'])),
    errors: ['DraftLimitReached'],
  },
)

export {createDraft as main}
