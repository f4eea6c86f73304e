// Generated from lexicons/chat/bsky/convo/listConvos.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
  readState?: 'unread' | (string & {})
  /**
   * Filter convos by their status. It is discouraged to call with "request" and preferred to call
   * chat.bsky.convo.listConvoRequests, which also includes group join requests made by the user.
   */
  status?: 'request' | 'accepted' | (string & {})
  /** Filter by conversation kind. */
  kind?: 'direct' | 'group' | (string & {})
  /** Filter by conversation lock status. Values follow chat.bsky.convo.defs#convoLockStatus. */
  lockStatus?: 'unlocked' | 'locked' | 'locked-permanently' | (string & {})
}
export type Output = {
  cursor?: string
  convos: convoDefs.ConvoView[]
}
export type ErrorName = never
/** Returns a page of conversations (direct or group) for the user. */
export const listConvos: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'chat.bsky.convo.listConvos',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      readState: lex.string({knownValues: ['unread']}),
      status: lex.string({knownValues: ['request', 'accepted']}),
      kind: lex.string({knownValues: ['direct', 'group']}),
      lockStatus: lex.string({knownValues: ['unlocked', 'locked', 'locked-permanently']}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      convos: lex.array(lex.ref(() => convoDefs.convoView)),
    }, ['convos'])),
  },
)

export {listConvos as main}
