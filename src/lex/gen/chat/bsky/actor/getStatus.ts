// Generated from lexicons/chat/bsky/actor/getStatus.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  /** True when the viewer's account is disabled and cannot actively participate in chat. */
  chatDisabled: boolean
  /**
   * Whether the viewer's account is allowed to create group chats. New accounts are restricted from creating groups.
   */
  canCreateGroups: boolean
  /** The maximum number of members allowed in a group conversation. */
  groupMemberLimit: number
}
export type ErrorName = never
/**
 * Get the authenticated viewer's chat status: whether their account is chat-disabled and whether their group-membership
 * additions are restricted to accounts they follow.
 */
export const getStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.actor.getStatus',
  {
    output: lex.body('application/json', lex.object({
      chatDisabled: lex.boolean(),
      canCreateGroups: lex.boolean(),
      groupMemberLimit: lex.integer(),
    }, ['chatDisabled', 'canCreateGroups', 'groupMemberLimit'])),
  },
)

export {getStatus as main}
