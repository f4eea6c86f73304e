// Generated from lexicons/app/bsky/actor/getProfiles.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {
  actors: AtIdentifier[]
}
export type Output = {
  profiles: actorDefs.ProfileViewDetailed[]
}
export type ErrorName = never
/** Get detailed profile views of multiple actors. */
export const getProfiles: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.actor.getProfiles',
  {
    params: lex.params({
      actors: lex.array(lex.string({format: 'at-identifier'}), {maxLength: 25}),
    }, ['actors']),
    output: lex.body('application/json', lex.object({
      profiles: lex.array(lex.ref(() => actorDefs.profileViewDetailed)),
    }, ['profiles'])),
  },
)

export {getProfiles as main}
