// Generated from lexicons/tools/ozone/report/getAssignments.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {
  /** When true, only returns active assignments. */
  onlyActive?: boolean
  /** If specified, returns assignments for these reports only. */
  reportIds?: number[]
  /** If specified, returns assignments for these moderators only. */
  dids?: Did[]
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  assignments: reportDefs.AssignmentView[]
}
export type ErrorName = never
/** Get assignments for reports. */
export const getAssignments: lex.Query<Params, Output, ErrorName, 'onlyActive' | 'limit'> = lex.query(
  'tools.ozone.report.getAssignments',
  {
    params: lex.params({
      onlyActive: lex.boolean({default: true}),
      reportIds: lex.array(lex.integer(), {maxLength: 50}),
      dids: lex.array(lex.string({format: 'did'}), {maxLength: 50}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      assignments: lex.array(lex.ref(() => reportDefs.assignmentView)),
    }, ['assignments'])),
  },
)

export {getAssignments as main}
