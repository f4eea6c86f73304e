// Generated from lexicons/chat/bsky/actor/exportAccountData.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = lex.Binary
export type ErrorName = never
export const exportAccountData: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.actor.exportAccountData',
  {output: lex.body('application/jsonl')},
)

export {exportAccountData as main}
