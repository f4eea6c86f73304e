// Generated from lexicons/tools/ozone/queue/updateQueue.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as queueDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** ID of the queue to update */
  queueId: number
  /** New display name for the queue */
  name?: string
  /** Enable or disable the queue */
  enabled?: boolean
  /** Optional description of the queue */
  description?: string
  /** Policy keys to recommend when actioning reports in this queue */
  recommendedPolicies?: string[]
}
export type Output = {
  queue: queueDefs.QueueView
}
export type ErrorName = 'InvalidRecommendedPolicies'
/** Update queue properties. */
export const updateQueue: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.queue.updateQueue',
  {
    input: lex.body('application/json', lex.object({
      queueId: lex.integer(),
      name: lex.string(),
      enabled: lex.boolean(),
      description: lex.string(),
      recommendedPolicies: lex.array(lex.string()),
    }, ['queueId'])),
    output: lex.body('application/json', lex.object({
      queue: lex.ref(() => queueDefs.queueView),
    }, ['queue'])),
    errors: ['InvalidRecommendedPolicies'],
  },
)

export {updateQueue as main}
