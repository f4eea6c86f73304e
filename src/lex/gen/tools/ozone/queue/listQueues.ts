// Generated from lexicons/tools/ozone/queue/listQueues.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as queueDefs from './defs.ts'

export type Params = {
  /** Filter by enabled status. If not specified, returns all queues. */
  enabled?: boolean
  /** Filter queues that handle this subject type ('account', 'record', 'message', or 'conversation'). */
  subjectType?: string
  /** Filter queues by collection name (e.g. 'app.bsky.feed.post'). */
  collection?: string
  /** Filter queues that handle any of these report reason types. */
  reportTypes?: string[]
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  queues: queueDefs.QueueView[]
}
export type ErrorName = never
/** List all configured moderation queues with statistics. */
export const listQueues: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.queue.listQueues',
  {
    params: lex.params({
      enabled: lex.boolean(),
      subjectType: lex.string(),
      collection: lex.string(),
      reportTypes: lex.array(lex.string(), {maxLength: 10}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      queues: lex.array(lex.ref(() => queueDefs.queueView)),
    }, ['queues'])),
  },
)

export {listQueues as main}
