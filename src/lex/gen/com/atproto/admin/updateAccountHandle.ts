// Generated from lexicons/com/atproto/admin/updateAccountHandle.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  did: Did
  handle: Handle
}
export type Output = undefined
export type ErrorName = never
/** Administrative action to update an account's handle. */
export const updateAccountHandle: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.updateAccountHandle',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      handle: lex.string({format: 'handle'}),
    }, ['did', 'handle'])),
  },
)

export {updateAccountHandle as main}
