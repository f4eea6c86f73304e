// Generated from lexicons/tools/ozone/moderation/searchRepos.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  /** DEPRECATED: use 'q' instead */
  term?: string
  q?: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  repos: moderationDefs.RepoView[]
}
export type ErrorName = never
/** Find repositories based on a search term. */
export const searchRepos: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.moderation.searchRepos',
  {
    params: lex.params({
      term: lex.string(),
      q: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      repos: lex.array(lex.ref(() => moderationDefs.repoView)),
    }, ['repos'])),
  },
)

export {searchRepos as main}
