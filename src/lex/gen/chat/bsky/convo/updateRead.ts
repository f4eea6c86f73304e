// Generated from lexicons/chat/bsky/convo/updateRead.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  messageId?: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'InvalidConvo'
/** Updates the read state of a conversation from, optionally specifying the last read message. */
export const updateRead: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.updateRead',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      messageId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo'],
  },
)

export {updateRead as main}
