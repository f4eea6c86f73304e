// Generated from lexicons/chat/bsky/group/editJoinLink.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  requireApproval?: boolean
  joinRule?: groupDefs.JoinRule
}
export type Output = {
  joinLink: groupDefs.JoinLinkView
}
export type ErrorName = 'InvalidConvo' | 'InsufficientRole' | 'NoJoinLink'
/** Edits the existing join link settings for the group convo. */
export const editJoinLink: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.editJoinLink',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      requireApproval: lex.boolean(),
      joinRule: lex.ref(() => groupDefs.joinRule),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      joinLink: lex.ref(() => groupDefs.joinLinkView),
    }, ['joinLink'])),
    errors: ['InvalidConvo', 'InsufficientRole', 'NoJoinLink'],
  },
)

export {editJoinLink as main}
