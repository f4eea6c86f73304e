// Generated from lexicons/chat/bsky/convo/deleteMessageForSelf.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  messageId: string
}
export type Output = convoDefs.DeletedMessageView
export type ErrorName = 'InvalidConvo' | 'MessageDeleteNotAllowed'
/** Marks a message as deleted for the viewer, so they won't see that message in future enumerations. */
export const deleteMessageForSelf: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.deleteMessageForSelf',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      messageId: lex.string(),
    }, ['convoId', 'messageId'])),
    output: lex.body('application/json', lex.ref(() => convoDefs.deletedMessageView)),
    errors: ['InvalidConvo', 'MessageDeleteNotAllowed'],
  },
)

export {deleteMessageForSelf as main}
