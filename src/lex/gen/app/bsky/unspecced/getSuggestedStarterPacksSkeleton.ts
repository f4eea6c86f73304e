// Generated from lexicons/app/bsky/unspecced/getSuggestedStarterPacksSkeleton.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** DID of the account making the request (not included for public/unauthenticated queries). */
  viewer?: Did
  limit?: number
}
export type Output = {
  starterPacks: AtUri[]
}
export type ErrorName = never
/**
 * Get a skeleton of suggested starterpacks. Intended to be called and hydrated by
 * app.bsky.unspecced.getSuggestedStarterpacks
 */
export const getSuggestedStarterPacksSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestedStarterPacksSkeleton',
  {
    params: lex.params({
      viewer: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 25, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      starterPacks: lex.array(lex.string({format: 'at-uri'})),
    }, ['starterPacks'])),
  },
)

export {getSuggestedStarterPacksSkeleton as main}
