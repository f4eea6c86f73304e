// Generated from lexicons/tools/ozone/report/assignModerator.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The ID of the report to assign. */
  reportId: number
  /**
   * Optional queue ID to associate the assignment with. If not provided and the report has been assigned on a queue
   * before, it will stay on that queue.
   */
  queueId?: number
  /** DID to be assigned. Defaults to the caller's DID. Admins may assign to any moderator. */
  did?: Did
  /**
   * When true, the assignment has no expiry (endAt is null). Throws AlreadyAssigned if another user already has a
   * permanent assignment on this report.
   */
  isPermanent?: boolean
}
export type Output = reportDefs.AssignmentView
export type ErrorName = 'AlreadyAssigned' | 'InvalidAssignment'
/** Assign a report to a user. Defaults to the caller. Admins may assign to any moderator. */
export const assignModerator: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.report.assignModerator',
  {
    input: lex.body('application/json', lex.object({
      reportId: lex.integer(),
      queueId: lex.integer(),
      did: lex.string({format: 'did'}),
      isPermanent: lex.boolean(),
    }, ['reportId'])),
    output: lex.body('application/json', lex.ref(() => reportDefs.assignmentView)),
    errors: ['AlreadyAssigned', 'InvalidAssignment'],
  },
)

export {assignModerator as main}
