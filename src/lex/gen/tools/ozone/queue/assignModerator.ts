// Generated from lexicons/tools/ozone/queue/assignModerator.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as queueDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The ID of the queue to assign the user to. */
  queueId: number
  /** DID to be assigned. */
  did: string
}
export type Output = queueDefs.AssignmentView
export type ErrorName = 'InvalidAssignment'
/** Assign a user to a queue. */
export const assignModerator: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.queue.assignModerator',
  {
    input: lex.body('application/json', lex.object({
      queueId: lex.integer(),
      did: lex.string(),
    }, ['queueId', 'did'])),
    output: lex.body('application/json', lex.ref(() => queueDefs.assignmentView)),
    errors: ['InvalidAssignment'],
  },
)

export {assignModerator as main}
