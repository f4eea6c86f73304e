// Generated from lexicons/com/atproto/server/deactivateAccount.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** A recommendation to server as to how long they should hold onto the deactivated account before deleting. */
  deleteAfter?: Datetime
}
export type Output = undefined
export type ErrorName = never
/**
 * Deactivates a currently active account. Stops serving of repo, and future writes to repo until reactivated. Used to
 * finalize account migration with the old host after the account has been activated on the new host.
 */
export const deactivateAccount: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.deactivateAccount',
  {
    input: lex.body('application/json', lex.object({
      deleteAfter: lex.string({format: 'datetime'}),
    })),
  },
)

export {deactivateAccount as main}
