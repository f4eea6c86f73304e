// Generated from lexicons/chat/bsky/moderation/getConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  convoId: string
}
export type Output = {
  convo: moderationDefs.ConvoView
}
export type ErrorName = 'InvalidConvo'
/**
 * Gets an existing conversation by its ID, for moderation purposes. Does not require the requester to be a member of
 * the conversation.
 */
export const getConvo: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.moderation.getConvo',
  {
    params: lex.params({
      convoId: lex.string(),
    }, ['convoId']),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => moderationDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo'],
  },
)

export {getConvo as main}
