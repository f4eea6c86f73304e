// Generated from lexicons/tools/ozone/queue/deleteQueue.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** ID of the queue to delete */
  queueId: number
  /** Optional: migrate all reports to this queue. If not specified, reports will be set to unassigned (-1). */
  migrateToQueueId?: number
}
export type Output = {
  deleted: boolean
  /** Number of reports that were migrated (if migration occurred) */
  reportsMigrated?: number
}
export type ErrorName = never
/** Delete a moderation queue. Optionally migrate reports to another queue. */
export const deleteQueue: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.queue.deleteQueue',
  {
    input: lex.body('application/json', lex.object({
      queueId: lex.integer(),
      migrateToQueueId: lex.integer(),
    }, ['queueId'])),
    output: lex.body('application/json', lex.object({
      deleted: lex.boolean(),
      reportsMigrated: lex.integer(),
    }, ['deleted'])),
  },
)

export {deleteQueue as main}
