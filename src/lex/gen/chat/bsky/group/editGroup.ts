// Generated from lexicons/chat/bsky/group/editGroup.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  name: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'ConvoLocked' | 'InvalidConvo' | 'InsufficientRole'
/** Edits group settings. */
export const editGroup: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.editGroup',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      name: lex.string({minLength: 1, maxGraphemes: 50, maxLength: 500}),
    }, ['convoId', 'name'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['ConvoLocked', 'InvalidConvo', 'InsufficientRole'],
  },
)

export {editGroup as main}
