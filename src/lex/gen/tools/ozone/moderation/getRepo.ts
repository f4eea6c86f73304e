// Generated from lexicons/tools/ozone/moderation/getRepo.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  did: Did
}
export type Output = moderationDefs.RepoViewDetail
export type ErrorName = 'RepoNotFound'
/** Get details about a repository. */
export const getRepo: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getRepo',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.ref(() => moderationDefs.repoViewDetail)),
    errors: ['RepoNotFound'],
  },
)

export {getRepo as main}
