// Generated from lexicons/tools/ozone/report/createActivity.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** ID of the report to record activity on. Exactly one of reportId or eventId must be provided. */
  reportId?: number
  /**
   * ID of the report moderation event. Resolves to the report created from that event. Exactly one of reportId or
   * eventId must be provided.
   */
  eventId?: number
  /** The type of activity to record. */
  activity:
    | lex.Typed<reportDefs.QueueActivity>
    | lex.Typed<reportDefs.AssignmentActivity>
    | lex.Typed<reportDefs.EscalationActivity>
    | lex.Typed<reportDefs.CloseActivity>
    | lex.Typed<reportDefs.ReopenActivity>
    | lex.Typed<reportDefs.NoteActivity>
    | lex.Other
  /** Optional moderator-only note. Not visible to reporters. */
  internalNote?: string
  /** Optional public-facing note, potentially visible to the reporter. */
  publicNote?: string
  /** Set true when this activity is triggered by an automated process. Defaults to false. */
  isAutomated?: boolean
}
export type Output = {
  activity: reportDefs.ReportActivityView
}
export type ErrorName = 'ReportNotFound' | 'InvalidStateTransition' | 'AlreadyInTargetState'
/**
 * Register an activity on a report. For state-change activity types, validates the transition and updates report.status
 * atomically.
 */
export const createActivity: lex.Procedure<Params, Input, Output, ErrorName, never, 'isAutomated'> = lex.procedure(
  'tools.ozone.report.createActivity',
  {
    input: lex.body('application/json', lex.object({
      reportId: lex.integer(),
      eventId: lex.integer(),
      activity: lex.union(() => [
        reportDefs.queueActivity,
        reportDefs.assignmentActivity,
        reportDefs.escalationActivity,
        reportDefs.closeActivity,
        reportDefs.reopenActivity,
        reportDefs.noteActivity,
      ]),
      internalNote: lex.string(),
      publicNote: lex.string(),
      isAutomated: lex.boolean({default: false}),
    }, ['activity'])),
    output: lex.body('application/json', lex.object({
      activity: lex.ref(() => reportDefs.reportActivityView),
    }, ['activity'])),
    errors: ['ReportNotFound', 'InvalidStateTransition', 'AlreadyInTargetState'],
  },
)

export {createActivity as main}
