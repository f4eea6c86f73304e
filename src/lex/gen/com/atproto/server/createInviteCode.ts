// Generated from lexicons/com/atproto/server/createInviteCode.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  useCount: number
  forAccount?: Did
}
export type Output = {
  code: string
}
export type ErrorName = never
/** Create an invite code. */
export const createInviteCode: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.createInviteCode',
  {
    input: lex.body('application/json', lex.object({
      useCount: lex.integer(),
      forAccount: lex.string({format: 'did'}),
    }, ['useCount'])),
    output: lex.body('application/json', lex.object({
      code: lex.string(),
    }, ['code'])),
  },
)

export {createInviteCode as main}
