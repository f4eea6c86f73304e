// Generated from lexicons/chat/bsky/convo/muteConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'InvalidConvo'
/** Mutes a conversation, preventing notifications related to it. */
export const muteConvo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.muteConvo',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo'],
  },
)

export {muteConvo as main}
