// Generated from lexicons/chat/bsky/convo/getConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {
  convoId: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'InvalidConvo'
/** Gets an existing conversation by its ID. */
export const getConvo: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.convo.getConvo',
  {
    params: lex.params({
      convoId: lex.string(),
    }, ['convoId']),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo'],
  },
)

export {getConvo as main}
