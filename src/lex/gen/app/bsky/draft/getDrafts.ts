// Generated from lexicons/app/bsky/draft/getDrafts.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as draftDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  drafts: draftDefs.DraftView[]
}
export type ErrorName = never
/** Gets views of user drafts. Requires authentication. */
export const getDrafts: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.draft.getDrafts',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      drafts: lex.array(lex.ref(() => draftDefs.draftView)),
    }, ['drafts'])),
  },
)

export {getDrafts as main}
