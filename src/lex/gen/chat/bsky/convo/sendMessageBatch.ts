// Generated from lexicons/chat/bsky/convo/sendMessageBatch.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  items: BatchItem[]
}
export type Output = {
  items: convoDefs.MessageView[]
}
export type ErrorName = 'ConvoLocked' | 'InvalidConvo' | 'ReplyTargetNotFound'
/** Sends a batch of messages to a conversation. */
export const sendMessageBatch: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.sendMessageBatch',
  {
    input: lex.body('application/json', lex.object({
      items: lex.array(lex.ref(() => batchItem), {maxLength: 100}),
    }, ['items'])),
    output: lex.body('application/json', lex.object({
      items: lex.array(lex.ref(() => convoDefs.messageView)),
    }, ['items'])),
    errors: ['ConvoLocked', 'InvalidConvo', 'ReplyTargetNotFound'],
  },
)

export type BatchItem = {
  $type?: 'chat.bsky.convo.sendMessageBatch#batchItem'
  convoId: string
  message: convoDefs.MessageInput
}
export const batchItem: lex.ObjectSchema<BatchItem> = lex.typed('chat.bsky.convo.sendMessageBatch#batchItem', {
  convoId: lex.string(),
  message: lex.ref(() => convoDefs.messageInput),
}, ['convoId', 'message'])

export {sendMessageBatch as main}
