// Generated from lexicons/app/bsky/graph/getSuggestedFollowsByActor.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  actor: AtIdentifier
}
export type Output = {
  suggestions: actorDefs.ProfileView[]
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
  /**
   * DEPRECATED, unused. Previously: if true, response has fallen-back to generic results, and is not scoped using
   * relativeToDid
   */
  isFallback?: boolean
  /** DEPRECATED: use recIdStr instead. */
  recId?: number
}
export type ErrorName = never
/**
 * Enumerates follows similar to a given account (actor). Expected use is to recommend additional accounts immediately
 * after following one account.
 */
export const getSuggestedFollowsByActor: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.graph.getSuggestedFollowsByActor',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      suggestions: lex.array(lex.ref(() => actorDefs.profileView)),
      recIdStr: lex.string(),
      isFallback: lex.boolean({default: false}),
      recId: lex.integer(),
    }, ['suggestions'])),
  },
)

export {getSuggestedFollowsByActor as main}
