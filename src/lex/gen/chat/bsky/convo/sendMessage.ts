// Generated from lexicons/chat/bsky/convo/sendMessage.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  message: convoDefs.MessageInput
}
export type Output = convoDefs.MessageView
export type ErrorName = 'ConvoLocked' | 'InvalidConvo' | 'ReplyTargetNotFound'
/** Sends a message to a conversation. */
export const sendMessage: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.sendMessage',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      message: lex.ref(() => convoDefs.messageInput),
    }, ['convoId', 'message'])),
    output: lex.body('application/json', lex.ref(() => convoDefs.messageView)),
    errors: ['ConvoLocked', 'InvalidConvo', 'ReplyTargetNotFound'],
  },
)

export {sendMessage as main}
