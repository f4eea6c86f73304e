// Generated from lexicons/chat/bsky/moderation/getMessageContext.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {
  /** Conversation that the message is from. NOTE: this field will eventually be required. */
  convoId?: string
  messageId: string
  /**
   * Number of user messages before the target to include. System messages between the earliest returned user message
   * and the target are also included, capped per gap by `maxInterleavedSystemMessages`. If there are no user messages
   * before the target, up to `maxInterleavedSystemMessages` system messages immediately preceding the target are
   * returned instead.
   */
  before?: number
  /**
   * Number of user messages after the target to include. System messages between the target and the latest returned
   * user message are also included, capped per gap by `maxInterleavedSystemMessages`. If there are no user messages
   * after the target, up to `maxInterleavedSystemMessages` system messages immediately following the target are
   * returned instead.
   */
  after?: number
  /**
   * Maximum number of system messages to include per gap between consecutive returned messages (and per side when there
   * are no user messages on that side). Within a gap, the system messages closest to the earlier message are kept.
   */
  maxInterleavedSystemMessages?: number
}
export type Output = {
  messages: (
    | lex.Typed<convoDefs.MessageView>
    | lex.Typed<convoDefs.SystemMessageView>
    | lex.Other)[]
}
export type ErrorName = never
export const getMessageContext: lex.Query<Params, Output, ErrorName, 'before' | 'after' | 'maxInterleavedSystemMessages'> = lex.query(
  'chat.bsky.moderation.getMessageContext',
  {
    params: lex.params({
      convoId: lex.string(),
      messageId: lex.string(),
      before: lex.integer({default: 5}),
      after: lex.integer({default: 5}),
      maxInterleavedSystemMessages: lex.integer({default: 10, minimum: 0, maximum: 1000}),
    }, ['messageId']),
    output: lex.body('application/json', lex.object({
      messages: lex.array(lex.union(() => [convoDefs.messageView, convoDefs.systemMessageView])),
    }, ['messages'])),
  },
)

export {getMessageContext as main}
