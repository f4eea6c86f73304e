// Generated from lexicons/app/bsky/contact/getMatches.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  matches: actorDefs.ProfileView[]
}
export type ErrorName = 'InvalidDid' | 'InvalidLimit' | 'InvalidCursor' | 'InternalError'
/**
 * Returns the matched contacts (contacts that were mutually imported). Excludes dismissed matches. Requires
 * authentication.
 */
export const getMatches: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.contact.getMatches',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      matches: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['matches'])),
    errors: ['InvalidDid', 'InvalidLimit', 'InvalidCursor', 'InternalError'],
  },
)

export {getMatches as main}
