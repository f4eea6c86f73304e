// Generated from lexicons/app/bsky/actor/searchActors.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {
  /** DEPRECATED: use 'q' instead. */
  term?: string
  /**
   * Search query string. Syntax, phrase, boolean, and faceting is unspecified, but Lucene query syntax is recommended.
   */
  q?: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  actors: actorDefs.ProfileView[]
}
export type ErrorName = never
/** Find actors (profiles) matching search criteria. Does not require auth. */
export const searchActors: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.actor.searchActors',
  {
    params: lex.params({
      term: lex.string(),
      q: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      actors: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['actors'])),
  },
)

export {searchActors as main}
