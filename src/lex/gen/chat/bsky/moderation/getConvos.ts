// Generated from lexicons/chat/bsky/moderation/getConvos.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  convoIds: string[]
}
export type Output = {
  convos: moderationDefs.ConvoView[]
}
export type ErrorName = never
/**
 * Gets existing conversations by their IDs, for moderation purposes. Does not require the requester to be a member of
 * the conversations. Unknown IDs are silently omitted from the response.
 */
export const getConvos: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.moderation.getConvos',
  {
    params: lex.params({
      convoIds: lex.array(lex.string(), {minLength: 1, maxLength: 100}),
    }, ['convoIds']),
    output: lex.body('application/json', lex.object({
      convos: lex.array(lex.ref(() => moderationDefs.convoView)),
    }, ['convos'])),
  },
)

export {getConvos as main}
