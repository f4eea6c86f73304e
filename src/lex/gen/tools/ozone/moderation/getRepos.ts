// Generated from lexicons/tools/ozone/moderation/getRepos.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  dids: Did[]
}
export type Output = {
  repos: (
    | lex.Typed<moderationDefs.RepoViewDetail>
    | lex.Typed<moderationDefs.RepoViewNotFound>
    | lex.Other)[]
}
export type ErrorName = never
/** Get details about some repositories. */
export const getRepos: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getRepos',
  {
    params: lex.params({
      dids: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
    }, ['dids']),
    output: lex.body('application/json', lex.object({
      repos: lex.array(lex.union(() => [moderationDefs.repoViewDetail, moderationDefs.repoViewNotFound])),
    }, ['repos'])),
  },
)

export {getRepos as main}
