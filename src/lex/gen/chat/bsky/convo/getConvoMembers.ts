// Generated from lexicons/chat/bsky/convo/getConvoMembers.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  convoId: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  members: actorDefs.ProfileViewBasic[]
}
export type ErrorName = 'InvalidConvo'
/** Returns a paginated list of members from a conversation. */
export const getConvoMembers: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'chat.bsky.convo.getConvoMembers',
  {
    params: lex.params({
      convoId: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['convoId']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      members: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
    }, ['members'])),
    errors: ['InvalidConvo'],
  },
)

export {getConvoMembers as main}
