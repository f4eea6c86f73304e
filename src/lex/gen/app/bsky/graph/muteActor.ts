// Generated from lexicons/app/bsky/graph/muteActor.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  actor: AtIdentifier
  /**
   * Restrict the mute to the account's reposts. When any 'only' scope is set, just the scoped content is muted; when
   * none are set, the account is fully muted. Repeat calls replace the stored scope rather than adding to it.
   */
  onlyReposts?: boolean
  /** Restrict the mute to the account's quote posts. See onlyReposts. */
  onlyQuoteposts?: boolean
}
export type Output = undefined
export type ErrorName = never
/**
 * Creates a mute relationship for the specified account. If a mute already exists for the account, it is updated in
 * place: the stored scope is replaced with the scope in this request. Mutes are private in Bluesky. Requires auth.
 */
export const muteActor: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.graph.muteActor',
  {
    input: lex.body('application/json', lex.object({
      actor: lex.string({format: 'at-identifier'}),
      onlyReposts: lex.boolean(),
      onlyQuoteposts: lex.boolean(),
    }, ['actor'])),
  },
)

export {muteActor as main}
