// Generated from lexicons/tools/ozone/moderation/listScheduledActions.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** Filter actions scheduled to execute after this time */
  startsAfter?: Datetime
  /** Filter actions scheduled to execute before this time */
  endsBefore?: Datetime
  /** Filter actions for specific DID subjects */
  subjects?: Did[]
  /** Filter actions by status */
  statuses: ('pending' | 'executed' | 'cancelled' | 'failed' | (string & {}))[]
  /** Maximum number of results to return */
  limit?: number
  /** Cursor for pagination */
  cursor?: string
}
export type Output = {
  actions: moderationDefs.ScheduledActionView[]
  /** Cursor for next page of results */
  cursor?: string
}
export type ErrorName = never
/** List scheduled moderation actions with optional filtering */
export const listScheduledActions: lex.Procedure<Params, Input, Output, ErrorName, never, 'limit'> = lex.procedure(
  'tools.ozone.moderation.listScheduledActions',
  {
    input: lex.body('application/json', lex.object({
      startsAfter: lex.string({format: 'datetime'}),
      endsBefore: lex.string({format: 'datetime'}),
      subjects: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
      statuses: lex.array(lex.string({knownValues: ['pending', 'executed', 'cancelled', 'failed']}), {minLength: 1}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['statuses'])),
    output: lex.body('application/json', lex.object({
      actions: lex.array(lex.ref(() => moderationDefs.scheduledActionView)),
      cursor: lex.string(),
    }, ['actions'])),
  },
)

export {listScheduledActions as main}
