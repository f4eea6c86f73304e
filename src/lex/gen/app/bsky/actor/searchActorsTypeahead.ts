// Generated from lexicons/app/bsky/actor/searchActorsTypeahead.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {
  /** DEPRECATED: use 'q' instead. */
  term?: string
  /** Search query prefix; not a full query string. */
  q?: string
  limit?: number
}
export type Output = {
  actors: actorDefs.ProfileViewBasic[]
}
export type ErrorName = never
/**
 * Find actor suggestions for a prefix search term. Expected use is for auto-completion during text field entry. Does
 * not require auth.
 */
export const searchActorsTypeahead: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.actor.searchActorsTypeahead',
  {
    params: lex.params({
      term: lex.string(),
      q: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      actors: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
    }, ['actors'])),
  },
)

export {searchActorsTypeahead as main}
