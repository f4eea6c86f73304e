// Generated from lexicons/tools/ozone/moderation/emitEvent.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from '../../../com/atproto/admin/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'
import * as moderationDefs from './defs.ts'

export type Params = {}
export type Input = {
  event:
    | lex.Typed<moderationDefs.ModEventTakedown>
    | lex.Typed<moderationDefs.ModEventAcknowledge>
    | lex.Typed<moderationDefs.ModEventEscalate>
    | lex.Typed<moderationDefs.ModEventComment>
    | lex.Typed<moderationDefs.ModEventLabel>
    | lex.Typed<moderationDefs.ModEventReport>
    | lex.Typed<moderationDefs.ModEventMute>
    | lex.Typed<moderationDefs.ModEventUnmute>
    | lex.Typed<moderationDefs.ModEventMuteReporter>
    | lex.Typed<moderationDefs.ModEventUnmuteReporter>
    | lex.Typed<moderationDefs.ModEventReverseTakedown>
    | lex.Typed<moderationDefs.ModEventResolveAppeal>
    | lex.Typed<moderationDefs.ModEventEmail>
    | lex.Typed<moderationDefs.ModEventDivert>
    | lex.Typed<moderationDefs.ModEventTag>
    | lex.Typed<moderationDefs.AccountEvent>
    | lex.Typed<moderationDefs.IdentityEvent>
    | lex.Typed<moderationDefs.RecordEvent>
    | lex.Typed<moderationDefs.ModEventPriorityScore>
    | lex.Typed<moderationDefs.AgeAssuranceEvent>
    | lex.Typed<moderationDefs.AgeAssuranceOverrideEvent>
    | lex.Typed<moderationDefs.AgeAssurancePurgeEvent>
    | lex.Typed<moderationDefs.RevokeAccountCredentialsEvent>
    | lex.Typed<moderationDefs.ScheduleTakedownEvent>
    | lex.Typed<moderationDefs.CancelScheduledTakedownEvent>
    | lex.Other
  subject: lex.Typed<adminDefs.RepoRef> | lex.Typed<repoStrongRef.StrongRef> | lex.Other
  subjectBlobCids?: CidString[]
  createdBy: Did
  modTool?: moderationDefs.ModTool
  /**
   * An optional external ID for the event, used to deduplicate events from external systems. Fails when an event of
   * same type with the same external ID exists for the same subject.
   */
  externalId?: string
  /**
   * Optional report-level targeting. If provided, this event will be linked to specific reports and reporters may be
   * notified.
   */
  reportAction?: ReportAction
}
export type Output = moderationDefs.ModEventView
export type ErrorName = 'SubjectHasAction' | 'DuplicateExternalId'
/** Take a moderation action on an actor. */
export const emitEvent: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.moderation.emitEvent',
  {
    input: lex.body('application/json', lex.object({
      event: lex.union(() => [
        moderationDefs.modEventTakedown,
        moderationDefs.modEventAcknowledge,
        moderationDefs.modEventEscalate,
        moderationDefs.modEventComment,
        moderationDefs.modEventLabel,
        moderationDefs.modEventReport,
        moderationDefs.modEventMute,
        moderationDefs.modEventUnmute,
        moderationDefs.modEventMuteReporter,
        moderationDefs.modEventUnmuteReporter,
        moderationDefs.modEventReverseTakedown,
        moderationDefs.modEventResolveAppeal,
        moderationDefs.modEventEmail,
        moderationDefs.modEventDivert,
        moderationDefs.modEventTag,
        moderationDefs.accountEvent,
        moderationDefs.identityEvent,
        moderationDefs.recordEvent,
        moderationDefs.modEventPriorityScore,
        moderationDefs.ageAssuranceEvent,
        moderationDefs.ageAssuranceOverrideEvent,
        moderationDefs.ageAssurancePurgeEvent,
        moderationDefs.revokeAccountCredentialsEvent,
        moderationDefs.scheduleTakedownEvent,
        moderationDefs.cancelScheduledTakedownEvent,
      ]),
      subject: lex.union(() => [adminDefs.repoRef, repoStrongRef.main]),
      subjectBlobCids: lex.array(lex.string({format: 'cid'})),
      createdBy: lex.string({format: 'did'}),
      modTool: lex.ref(() => moderationDefs.modTool),
      externalId: lex.string(),
      reportAction: lex.ref(() => reportAction),
    }, ['event', 'subject', 'createdBy'])),
    output: lex.body('application/json', lex.ref(() => moderationDefs.modEventView)),
    errors: ['SubjectHasAction', 'DuplicateExternalId'],
  },
)

/** Target specific reports when emitting a moderation event */
export type ReportAction = {
  $type?: 'tools.ozone.moderation.emitEvent#reportAction'
  /** Target specific report IDs */
  ids?: number[]
  /** Target reports matching these report types on the subject (fully qualified NSIDs) */
  types?: string[]
  /** Target ALL reports on the subject */
  all?: boolean
  /** Note to send to reporter(s) when actioning their report */
  note?: string
}
export const reportAction: lex.ObjectSchema<ReportAction> = lex.typed('tools.ozone.moderation.emitEvent#reportAction', {
  ids: lex.array(lex.integer()),
  types: lex.array(lex.string()),
  all: lex.boolean(),
  note: lex.string(),
})

export {emitEvent as main}
