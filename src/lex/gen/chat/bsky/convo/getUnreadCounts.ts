// Generated from lexicons/chat/bsky/convo/getUnreadCounts.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** When false, group convos are excluded from the counts. */
  includeGroupChats?: boolean
}
export type Output = {
  /**
   * Number of unread, unlocked accepted convos. Counts convos with unread messages and unread join requests. Capped at
   * 100, where 100 means more than 99.
   */
  unreadAcceptedConvos: number
  /**
   * Number of unread, unlocked request convos. Includes convos with unread messages, but not with unread join request,
   * since only the owner of a group has join requests to read, and the group would necessarily be accepted. Capped at
   * 100, where 100 means more than 99.
   */
  unreadRequestConvos: number
}
export type ErrorName = never
/**
 * Returns unread conversation counts for conversations that are unlocked, not muted, split by convo status. Direct
 * convos are excluded when a block relationship exists between the actor and the other member, or when the other
 * member's account is deleted or deactivated. Group convos are considered unread if they have unread join request
 * counts.
 */
export const getUnreadCounts: lex.Query<Params, Output, ErrorName, 'includeGroupChats'> = lex.query(
  'chat.bsky.convo.getUnreadCounts',
  {
    params: lex.params({
      includeGroupChats: lex.boolean({default: true}),
    }),
    output: lex.body('application/json', lex.object({
      unreadAcceptedConvos: lex.integer(),
      unreadRequestConvos: lex.integer(),
    }, ['unreadAcceptedConvos', 'unreadRequestConvos'])),
  },
)

export {getUnreadCounts as main}
