// Generated from lexicons/tools/ozone/queue/getAssignments.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as queueDefs from './defs.ts'

export type Params = {
  /** When true, only returns active assignments. */
  onlyActive?: boolean
  /** If specified, returns assignments for these queues only. */
  queueIds?: number[]
  /** If specified, returns assignments for these moderators only. */
  dids?: Did[]
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  assignments: queueDefs.AssignmentView[]
}
export type ErrorName = never
/** Get moderator assignments, optionally filtered by active status, queue, or moderator. */
export const getAssignments: lex.Query<Params, Output, ErrorName, 'onlyActive' | 'limit'> = lex.query(
  'tools.ozone.queue.getAssignments',
  {
    params: lex.params({
      onlyActive: lex.boolean({default: true}),
      queueIds: lex.array(lex.integer()),
      dids: lex.array(lex.string({format: 'did'})),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      assignments: lex.array(lex.ref(() => queueDefs.assignmentView)),
    }, ['assignments'])),
  },
)

export {getAssignments as main}
