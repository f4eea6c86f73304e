// Generated from lexicons/tools/ozone/moderation/cancelScheduledActions.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Array of DID subjects to cancel scheduled actions for */
  subjects: Did[]
  /** Optional comment describing the reason for cancellation */
  comment?: string
}
export type Output = CancellationResults
export type ErrorName = never
/** Cancel all pending scheduled moderation actions for specified subjects */
export const cancelScheduledActions: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.moderation.cancelScheduledActions',
  {
    input: lex.body('application/json', lex.object({
      subjects: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
      comment: lex.string(),
    }, ['subjects'])),
    output: lex.body('application/json', lex.ref(() => cancellationResults)),
  },
)

export type CancellationResults = {
  $type?: 'tools.ozone.moderation.cancelScheduledActions#cancellationResults'
  /** DIDs for which all pending scheduled actions were successfully cancelled */
  succeeded: Did[]
  /** DIDs for which cancellation failed with error details */
  failed: FailedCancellation[]
}
export const cancellationResults: lex.ObjectSchema<CancellationResults> = lex.typed('tools.ozone.moderation.cancelScheduledActions#cancellationResults', {
  succeeded: lex.array(lex.string({format: 'did'})),
  failed: lex.array(lex.ref(() => failedCancellation)),
}, ['succeeded', 'failed'])

export type FailedCancellation = {
  $type?: 'tools.ozone.moderation.cancelScheduledActions#failedCancellation'
  did: Did
  error: string
  errorCode?: string
}
export const failedCancellation: lex.ObjectSchema<FailedCancellation> = lex.typed('tools.ozone.moderation.cancelScheduledActions#failedCancellation', {
  did: lex.string({format: 'did'}),
  error: lex.string(),
  errorCode: lex.string(),
}, ['did', 'error'])

export {cancelScheduledActions as main}
