// Generated from lexicons/chat/bsky/convo/addReaction.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  messageId: string
  value: string
}
export type Output = {
  message: convoDefs.MessageView
}
export type ErrorName =
  | 'InvalidConvo'
  | 'ReactionNotAllowed'
  | 'ReactionMessageDeleted'
  | 'ReactionLimitReached'
  | 'ReactionInvalidValue'
/**
 * Adds an emoji reaction to a message. Requires authentication. It is idempotent, so multiple calls from the same user
 * with the same emoji result in a single reaction.
 */
export const addReaction: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.addReaction',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      messageId: lex.string(),
      value: lex.string({minLength: 1, maxLength: 64, minGraphemes: 1, maxGraphemes: 1}),
    }, ['convoId', 'messageId', 'value'])),
    output: lex.body('application/json', lex.object({
      message: lex.ref(() => convoDefs.messageView),
    }, ['message'])),
    errors: [
      'InvalidConvo',
      'ReactionNotAllowed',
      'ReactionMessageDeleted',
      'ReactionLimitReached',
      'ReactionInvalidValue',
    ],
  },
)

export {addReaction as main}
