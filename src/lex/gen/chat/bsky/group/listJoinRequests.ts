// Generated from lexicons/chat/bsky/group/listJoinRequests.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from './defs.ts'

export type Params = {
  convoId: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  requests: groupDefs.JoinRequestView[]
}
export type ErrorName = 'InvalidConvo' | 'InsufficientRole'
/**
 * Lists a page of request to join a group (via join link) the user owns. Shows the data from the owner's point of view.
 */
export const listJoinRequests: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'chat.bsky.group.listJoinRequests',
  {
    params: lex.params({
      convoId: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['convoId']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      requests: lex.array(lex.ref(() => groupDefs.joinRequestView)),
    }, ['requests'])),
    errors: ['InvalidConvo', 'InsufficientRole'],
  },
)

export {listJoinRequests as main}
