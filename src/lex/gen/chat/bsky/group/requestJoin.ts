// Generated from lexicons/chat/bsky/group/requestJoin.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {}
export type Input = {
  code: string
}
export type Output = {
  status: 'joined' | 'pending' | (string & {})
  /** The group convo joined. This is only present in the case of status=joined */
  convo?: convoDefs.ConvoView
}
export type ErrorName =
  | 'ConvoLocked'
  | 'FollowRequired'
  | 'InvalidCode'
  | 'LinkDisabled'
  | 'MemberLimitReached'
  | 'UserKicked'
/** Sends a request to join a group (via join link) to the group owner. Action taken by the prospective group member. */
export const requestJoin: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.requestJoin',
  {
    input: lex.body('application/json', lex.object({
      code: lex.string(),
    }, ['code'])),
    output: lex.body('application/json', lex.object({
      status: lex.string({knownValues: ['joined', 'pending']}),
      convo: lex.ref(() => convoDefs.convoView),
    }, ['status'])),
    errors: [
      'ConvoLocked',
      'FollowRequired',
      'InvalidCode',
      'LinkDisabled',
      'MemberLimitReached',
      'UserKicked',
    ],
  },
)

export {requestJoin as main}
