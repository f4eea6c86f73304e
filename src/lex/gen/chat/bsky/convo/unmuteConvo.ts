// Generated from lexicons/chat/bsky/convo/unmuteConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'InvalidConvo'
/** Unmutes a conversation, allowing notifications related to it. */
export const unmuteConvo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.unmuteConvo',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo'],
  },
)

export {unmuteConvo as main}
