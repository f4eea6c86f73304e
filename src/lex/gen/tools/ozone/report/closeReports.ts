// Generated from lexicons/tools/ozone/report/closeReports.json by the lexicon generator. Do not edit.
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Subject DID (account-level reports) or AT-URI (record-level reports) whose reports should be closed. */
  subject: Uri
  /**
   * If specified, only reports of the given report types (fully qualified reason NSIDs) are closed. When omitted, all
   * non-closed reports on the subject are targeted.
   */
  reportTypes?: string[]
  /** Optional moderator-only note recorded on each close activity. Not visible to reporters. */
  internalNote?: string
  /** Set true when this action is triggered by an automated process. Defaults to false. */
  isAutomated?: boolean
}
export type Output = {
  /** Number of reports that were transitioned to closed. */
  closedCount: number
  /** IDs of the reports that were closed. */
  reportIds: number[]
}
export type ErrorName = never
/**
 * Close all reports on a subject matching the given criteria. Reports whose current status does not permit a transition
 * to closed are skipped silently. Intended for automated flows that resolve reports without taking action on the
 * subject.
 */
export const closeReports: lex.Procedure<Params, Input, Output, ErrorName, never, 'isAutomated'> = lex.procedure(
  'tools.ozone.report.closeReports',
  {
    input: lex.body('application/json', lex.object({
      subject: lex.string({format: 'uri'}),
      reportTypes: lex.array(lex.string()),
      internalNote: lex.string(),
      isAutomated: lex.boolean({default: false}),
    }, ['subject'])),
    output: lex.body('application/json', lex.object({
      closedCount: lex.integer(),
      reportIds: lex.array(lex.integer()),
    }, ['closedCount', 'reportIds'])),
  },
)

export {closeReports as main}
