// Generated from lexicons/tools/ozone/queue/createQueue.json by the lexicon generator. Do not edit.
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as queueDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** Display name for the queue (must be unique) */
  name: string
  /** Subject types this queue accepts */
  subjectTypes?: ('account' | 'record' | 'message' | 'conversation' | (string & {}))[]
  /** Collection name for record subjects. Required if subjectTypes includes 'record'. */
  collection?: Nsid
  /** Report reason types (fully qualified NSIDs) */
  reportTypes?: string[]
  /** Optional description of the queue */
  description?: string
  /** Policy keys to recommend when actioning reports in this queue */
  recommendedPolicies?: string[]
}
export type Output = {
  queue: queueDefs.QueueView
}
export type ErrorName = 'InvalidRecommendedPolicies' | 'ConflictingQueue'
/**
 * Create a new moderation queue. A queue can have optional matching criteria that ozone's queue router will use to
 * match reports. A queue with no criteria must have reports assigned to it manually via (1) `modTool.meta.queueId` in
 * `tools.ozone.moderation.emitEvent` or (2) `tools.ozone.report.reassignQueue`.
 */
export const createQueue: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.queue.createQueue',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
      subjectTypes: lex.array(lex.string({knownValues: ['account', 'record', 'message', 'conversation']})),
      collection: lex.string({format: 'nsid'}),
      reportTypes: lex.array(lex.string(), {maxLength: 25}),
      description: lex.string(),
      recommendedPolicies: lex.array(lex.string()),
    }, ['name'])),
    output: lex.body('application/json', lex.object({
      queue: lex.ref(() => queueDefs.queueView),
    }, ['queue'])),
    errors: ['InvalidRecommendedPolicies', 'ConflictingQueue'],
  },
)

export {createQueue as main}
