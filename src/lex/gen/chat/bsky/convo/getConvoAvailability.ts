// Generated from lexicons/chat/bsky/convo/getConvoAvailability.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {
  members: Did[]
}
export type Output = {
  canChat: boolean
  convo?: convoDefs.ConvoView
}
export type ErrorName = never
/**
 * Check whether the requester and the other members can start a 1-1 chat. Only applicable to direct (non-group)
 * conversations. If an existing convo is found for these members, it is returned. Does not create a new convo if it
 * doesn't exist.
 */
export const getConvoAvailability: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.convo.getConvoAvailability',
  {
    params: lex.params({
      members: lex.array(lex.string({format: 'did'}), {minLength: 1, maxLength: 10}),
    }, ['members']),
    output: lex.body('application/json', lex.object({
      canChat: lex.boolean(),
      convo: lex.ref(() => convoDefs.convoView),
    }, ['canChat'])),
  },
)

export {getConvoAvailability as main}
