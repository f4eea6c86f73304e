// Generated from lexicons/app/bsky/actor/getProfile.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {
  /** Handle or DID of account to fetch profile of. */
  actor: AtIdentifier
}
export type Output = actorDefs.ProfileViewDetailed
export type ErrorName = never
/** Get detailed profile view of an actor. Does not require auth, but contains relevant metadata with auth. */
export const getProfile: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.actor.getProfile',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
    }, ['actor']),
    output: lex.body('application/json', lex.ref(() => actorDefs.profileViewDetailed)),
  },
)

export {getProfile as main}
