// Generated from lexicons/chat/bsky/group/updateJoinRequestsRead.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = lex.Unknown
export type ErrorName = 'InvalidConvo' | 'InsufficientRole'
/** Marks all join requests as read for the group owner. */
export const updateJoinRequestsRead: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.updateJoinRequestsRead',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({})),
    errors: ['InvalidConvo', 'InsufficientRole'],
  },
)

export {updateJoinRequestsRead as main}
