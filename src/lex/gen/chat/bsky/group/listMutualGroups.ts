// Generated from lexicons/chat/bsky/group/listMutualGroups.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {
  subject: Did
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  convos: convoDefs.ConvoView[]
}
export type ErrorName = never
/** Returns a page of group conversations that both the requester and the specified actor are members of. */
export const listMutualGroups: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'chat.bsky.group.listMutualGroups',
  {
    params: lex.params({
      subject: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['subject']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      convos: lex.array(lex.ref(() => convoDefs.convoView)),
    }, ['convos'])),
  },
)

export {listMutualGroups as main}
