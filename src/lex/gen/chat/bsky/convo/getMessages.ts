// Generated from lexicons/chat/bsky/convo/getMessages.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as convoDefs from './defs.ts'

export type Params = {
  convoId: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  messages: (
    | lex.Typed<convoDefs.MessageView>
    | lex.Typed<convoDefs.DeletedMessageView>
    | lex.Typed<convoDefs.SystemMessageView>
    | lex.Other)[]
  /**
   * Set of all members who authored or reacted to the returned messages. Members referred to by system messages are
   * also included.
   */
  relatedProfiles?: actorDefs.ProfileViewBasic[]
}
export type ErrorName = 'InvalidConvo'
/** Returns a page of messages from a conversation. */
export const getMessages: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'chat.bsky.convo.getMessages',
  {
    params: lex.params({
      convoId: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['convoId']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      messages: lex.array(lex.union(() => [
        convoDefs.messageView,
        convoDefs.deletedMessageView,
        convoDefs.systemMessageView,
      ])),
      relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
    }, ['messages'])),
    errors: ['InvalidConvo'],
  },
)

export {getMessages as main}
