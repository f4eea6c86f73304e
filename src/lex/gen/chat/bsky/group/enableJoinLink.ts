// Generated from lexicons/chat/bsky/group/enableJoinLink.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  joinLink: groupDefs.JoinLinkView
}
export type ErrorName = 'InvalidConvo' | 'InsufficientRole' | 'NoJoinLink' | 'LinkAlreadyEnabled'
/** Re-enables a previously disabled join link for the group convo. */
export const enableJoinLink: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.enableJoinLink',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      joinLink: lex.ref(() => groupDefs.joinLinkView),
    }, ['joinLink'])),
    errors: ['InvalidConvo', 'InsufficientRole', 'NoJoinLink', 'LinkAlreadyEnabled'],
  },
)

export {enableJoinLink as main}
