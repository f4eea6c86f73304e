// Generated from lexicons/com/atproto/identity/updateHandle.json by the lexicon generator. Do not edit.
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The new handle. */
  handle: Handle
}
export type Output = undefined
export type ErrorName = never
/**
 * Updates the current account's handle. Verifies handle validity, and updates did:plc document if necessary.
 * Implemented by PDS, and requires auth.
 */
export const updateHandle: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.identity.updateHandle',
  {
    input: lex.body('application/json', lex.object({
      handle: lex.string({format: 'handle'}),
    }, ['handle'])),
  },
)

export {updateHandle as main}
