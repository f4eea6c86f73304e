// Generated from lexicons/chat/bsky/group/removeMembers.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  members: Did[]
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'InvalidConvo' | 'InsufficientRole'
/** Removes members from a group. This deletes convo memberships, doesn't just set a status. */
export const removeMembers: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.removeMembers',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      members: lex.array(lex.string({format: 'did'}), {minLength: 1}),
    }, ['convoId', 'members'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo', 'InsufficientRole'],
  },
)

export {removeMembers as main}
