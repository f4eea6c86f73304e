// Generated from lexicons/chat/bsky/convo/lockConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'ConvoLocked' | 'InvalidConvo' | 'InsufficientRole'
/** Locks a group convo so no more content (messages, reactions) can be added to it. */
export const lockConvo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.lockConvo',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['ConvoLocked', 'InvalidConvo', 'InsufficientRole'],
  },
)

export {lockConvo as main}
