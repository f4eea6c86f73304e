// Generated from lexicons/chat/bsky/convo/getLog.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {
  cursor?: string
}
export type Output = {
  cursor?: string
  logs: (
    | lex.Typed<convoDefs.LogBeginConvo>
    | lex.Typed<convoDefs.LogAcceptConvo>
    | lex.Typed<convoDefs.LogLeaveConvo>
    | lex.Typed<convoDefs.LogMuteConvo>
    | lex.Typed<convoDefs.LogUnmuteConvo>
    | lex.Typed<convoDefs.LogCreateMessage>
    | lex.Typed<convoDefs.LogDeleteMessage>
    | lex.Typed<convoDefs.LogReadMessage>
    | lex.Typed<convoDefs.LogAddReaction>
    | lex.Typed<convoDefs.LogRemoveReaction>
    | lex.Typed<convoDefs.LogReadConvo>
    | lex.Typed<convoDefs.LogAddMember>
    | lex.Typed<convoDefs.LogRemoveMember>
    | lex.Typed<convoDefs.LogMemberJoin>
    | lex.Typed<convoDefs.LogMemberLeave>
    | lex.Typed<convoDefs.LogLockConvo>
    | lex.Typed<convoDefs.LogUnlockConvo>
    | lex.Typed<convoDefs.LogLockConvoPermanently>
    | lex.Typed<convoDefs.LogEditGroup>
    | lex.Typed<convoDefs.LogCreateJoinLink>
    | lex.Typed<convoDefs.LogEditJoinLink>
    | lex.Typed<convoDefs.LogEnableJoinLink>
    | lex.Typed<convoDefs.LogDisableJoinLink>
    | lex.Typed<convoDefs.LogIncomingJoinRequest>
    | lex.Typed<convoDefs.LogApproveJoinRequest>
    | lex.Typed<convoDefs.LogRejectJoinRequest>
    | lex.Typed<convoDefs.LogOutgoingJoinRequest>
    | lex.Typed<convoDefs.LogWithdrawIncomingJoinRequest>
    | lex.Typed<convoDefs.LogWithdrawOutgoingJoinRequest>
    | lex.Typed<convoDefs.LogReadJoinRequests>
    | lex.Other)[]
}
export type ErrorName = never
export const getLog: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.convo.getLog',
  {
    params: lex.params({
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      logs: lex.array(lex.union(() => [
        convoDefs.logBeginConvo,
        convoDefs.logAcceptConvo,
        convoDefs.logLeaveConvo,
        convoDefs.logMuteConvo,
        convoDefs.logUnmuteConvo,
        convoDefs.logCreateMessage,
        convoDefs.logDeleteMessage,
        convoDefs.logReadMessage,
        convoDefs.logAddReaction,
        convoDefs.logRemoveReaction,
        convoDefs.logReadConvo,
        convoDefs.logAddMember,
        convoDefs.logRemoveMember,
        convoDefs.logMemberJoin,
        convoDefs.logMemberLeave,
        convoDefs.logLockConvo,
        convoDefs.logUnlockConvo,
        convoDefs.logLockConvoPermanently,
        convoDefs.logEditGroup,
        convoDefs.logCreateJoinLink,
        convoDefs.logEditJoinLink,
        convoDefs.logEnableJoinLink,
        convoDefs.logDisableJoinLink,
        convoDefs.logIncomingJoinRequest,
        convoDefs.logApproveJoinRequest,
        convoDefs.logRejectJoinRequest,
        convoDefs.logOutgoingJoinRequest,
        convoDefs.logWithdrawIncomingJoinRequest,
        convoDefs.logWithdrawOutgoingJoinRequest,
        convoDefs.logReadJoinRequests,
      ])),
    }, ['logs'])),
  },
)

export {getLog as main}
