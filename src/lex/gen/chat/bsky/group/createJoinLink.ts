// Generated from lexicons/chat/bsky/group/createJoinLink.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from './defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  requireApproval?: boolean
  joinRule: groupDefs.JoinRule
}
export type Output = {
  joinLink: groupDefs.JoinLinkView
}
export type ErrorName = 'EnabledJoinLinkAlreadyExists' | 'InvalidConvo' | 'InsufficientRole'
/** Creates a join link for the group convo. */
export const createJoinLink: lex.Procedure<Params, Input, Output, ErrorName, never, 'requireApproval'> = lex.procedure(
  'chat.bsky.group.createJoinLink',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      requireApproval: lex.boolean({default: false}),
      joinRule: lex.ref(() => groupDefs.joinRule),
    }, ['convoId', 'joinRule'])),
    output: lex.body('application/json', lex.object({
      joinLink: lex.ref(() => groupDefs.joinLinkView),
    }, ['joinLink'])),
    errors: ['EnabledJoinLinkAlreadyExists', 'InvalidConvo', 'InsufficientRole'],
  },
)

export {createJoinLink as main}
