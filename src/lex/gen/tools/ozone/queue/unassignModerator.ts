// Generated from lexicons/tools/ozone/queue/unassignModerator.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The ID of the queue to unassign the user from. */
  queueId: number
  /** DID to be unassigned. */
  did: Did
}
export type Output = undefined
export type ErrorName = 'InvalidAssignment'
/** Remove a user's assignment from a queue. */
export const unassignModerator: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.queue.unassignModerator',
  {
    input: lex.body('application/json', lex.object({
      queueId: lex.integer(),
      did: lex.string({format: 'did'}),
    }, ['queueId', 'did'])),
    errors: ['InvalidAssignment'],
  },
)

export {unassignModerator as main}
