// Generated from lexicons/app/bsky/actor/contentVisibilityDeclaration.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

/** A declaration of an account's preferences for appearing in content discovery surfaces. */
export type ContentVisibilityDeclaration = {
  $type: 'app.bsky.actor.contentVisibilityDeclaration'
  /**
   * Whether the account requests that its posts be hidden from algorithmic recommendations. Consumers must treat a
   * missing record as false.
   */
  hideFromAlgorithmicRecommendations: boolean
}
export const contentVisibilityDeclaration: lex.RecordSchema<ContentVisibilityDeclaration, 'self'> = lex.record('app.bsky.actor.contentVisibilityDeclaration', 'literal:self', lex.object({
  hideFromAlgorithmicRecommendations: lex.boolean(),
}, ['hideFromAlgorithmicRecommendations']))

export {contentVisibilityDeclaration as main}
