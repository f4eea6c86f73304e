// Generated from lexicons/chat/bsky/convo/listConvoRequests.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'
import * as groupDefs from '../group/defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  requests: (
    | lex.Typed<convoDefs.ConvoView>
    | lex.Typed<groupDefs.JoinRequestConvoView>
    | lex.Other)[]
}
export type ErrorName = never
/**
 * Returns a page of incoming conversation requests for the user. Direct convo requests are returned as convoView; group
 * join requests made by the user are returned as joinRequestConvoView.
 */
export const listConvoRequests: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'chat.bsky.convo.listConvoRequests',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      requests: lex.array(lex.union(() => [convoDefs.convoView, groupDefs.joinRequestConvoView])),
    }, ['requests'])),
  },
)

export {listConvoRequests as main}
