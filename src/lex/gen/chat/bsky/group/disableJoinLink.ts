// Generated from lexicons/chat/bsky/group/disableJoinLink.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  joinLink: groupDefs.JoinLinkView
}
export type ErrorName = 'InvalidConvo' | 'InsufficientRole' | 'NoJoinLink'
/** Disables the active join link for the group convo. */
export const disableJoinLink: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.disableJoinLink',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      joinLink: lex.ref(() => groupDefs.joinLinkView),
    }, ['joinLink'])),
    errors: ['InvalidConvo', 'InsufficientRole', 'NoJoinLink'],
  },
)

export {disableJoinLink as main}
