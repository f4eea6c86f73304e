// Generated from lexicons/tools/ozone/team/listMembers.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as teamDefs from './defs.ts'

export type Params = {
  q?: string
  disabled?: boolean
  roles?: string[]
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  members: teamDefs.Member[]
}
export type ErrorName = never
/** List all members with access to the ozone service. */
export const listMembers: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.team.listMembers',
  {
    params: lex.params({
      q: lex.string(),
      disabled: lex.boolean(),
      roles: lex.array(lex.string()),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      members: lex.array(lex.ref(() => teamDefs.member)),
    }, ['members'])),
  },
)

export {listMembers as main}
