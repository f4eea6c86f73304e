// Generated from lexicons/tools/ozone/moderation/getAccountTimeline.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  did: Did
}
export type Output = {
  timeline: TimelineItem[]
}
export type ErrorName = 'RepoNotFound'
/**
 * Get timeline of all available events of an account. This includes moderation events, account history and did history.
 */
export const getAccountTimeline: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getAccountTimeline',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      timeline: lex.array(lex.ref(() => timelineItem)),
    }, ['timeline'])),
    errors: ['RepoNotFound'],
  },
)

export type TimelineItem = {
  $type?: 'tools.ozone.moderation.getAccountTimeline#timelineItem'
  day: string
  summary: TimelineItemSummary[]
}
export const timelineItem: lex.ObjectSchema<TimelineItem> = lex.typed('tools.ozone.moderation.getAccountTimeline#timelineItem', {
  day: lex.string(),
  summary: lex.array(lex.ref(() => timelineItemSummary)),
}, ['day', 'summary'])

export type TimelineItemSummary = {
  $type?: 'tools.ozone.moderation.getAccountTimeline#timelineItemSummary'
  eventSubjectType: 'account' | 'record' | 'chat' | (string & {})
  eventType:
    | 'tools.ozone.moderation.defs#modEventTakedown'
    | 'tools.ozone.moderation.defs#modEventReverseTakedown'
    | 'tools.ozone.moderation.defs#modEventComment'
    | 'tools.ozone.moderation.defs#modEventReport'
    | 'tools.ozone.moderation.defs#modEventLabel'
    | 'tools.ozone.moderation.defs#modEventAcknowledge'
    | 'tools.ozone.moderation.defs#modEventEscalate'
    | 'tools.ozone.moderation.defs#modEventMute'
    | 'tools.ozone.moderation.defs#modEventUnmute'
    | 'tools.ozone.moderation.defs#modEventMuteReporter'
    | 'tools.ozone.moderation.defs#modEventUnmuteReporter'
    | 'tools.ozone.moderation.defs#modEventEmail'
    | 'tools.ozone.moderation.defs#modEventResolveAppeal'
    | 'tools.ozone.moderation.defs#modEventDivert'
    | 'tools.ozone.moderation.defs#modEventTag'
    | 'tools.ozone.moderation.defs#accountEvent'
    | 'tools.ozone.moderation.defs#identityEvent'
    | 'tools.ozone.moderation.defs#recordEvent'
    | 'tools.ozone.moderation.defs#modEventPriorityScore'
    | 'tools.ozone.moderation.defs#revokeAccountCredentialsEvent'
    | 'tools.ozone.moderation.defs#ageAssuranceEvent'
    | 'tools.ozone.moderation.defs#ageAssuranceOverrideEvent'
    | 'tools.ozone.moderation.defs#timelineEventPlcCreate'
    | 'tools.ozone.moderation.defs#timelineEventPlcOperation'
    | 'tools.ozone.moderation.defs#timelineEventPlcTombstone'
    | 'tools.ozone.hosting.getAccountHistory#accountCreated'
    | 'tools.ozone.hosting.getAccountHistory#emailConfirmed'
    | 'tools.ozone.hosting.getAccountHistory#passwordUpdated'
    | 'tools.ozone.hosting.getAccountHistory#handleUpdated'
    | 'tools.ozone.moderation.defs#scheduleTakedownEvent'
    | 'tools.ozone.moderation.defs#cancelScheduledTakedownEvent'
    | (string & {})
  count: number
}
export const timelineItemSummary: lex.ObjectSchema<TimelineItemSummary> = lex.typed('tools.ozone.moderation.getAccountTimeline#timelineItemSummary', {
  eventSubjectType: lex.string({knownValues: ['account', 'record', 'chat']}),
  eventType: lex.string({
    knownValues: [
      'tools.ozone.moderation.defs#modEventTakedown',
      'tools.ozone.moderation.defs#modEventReverseTakedown',
      'tools.ozone.moderation.defs#modEventComment',
      'tools.ozone.moderation.defs#modEventReport',
      'tools.ozone.moderation.defs#modEventLabel',
      'tools.ozone.moderation.defs#modEventAcknowledge',
      'tools.ozone.moderation.defs#modEventEscalate',
      'tools.ozone.moderation.defs#modEventMute',
      'tools.ozone.moderation.defs#modEventUnmute',
      'tools.ozone.moderation.defs#modEventMuteReporter',
      'tools.ozone.moderation.defs#modEventUnmuteReporter',
      'tools.ozone.moderation.defs#modEventEmail',
      'tools.ozone.moderation.defs#modEventResolveAppeal',
      'tools.ozone.moderation.defs#modEventDivert',
      'tools.ozone.moderation.defs#modEventTag',
      'tools.ozone.moderation.defs#accountEvent',
      'tools.ozone.moderation.defs#identityEvent',
      'tools.ozone.moderation.defs#recordEvent',
      'tools.ozone.moderation.defs#modEventPriorityScore',
      'tools.ozone.moderation.defs#revokeAccountCredentialsEvent',
      'tools.ozone.moderation.defs#ageAssuranceEvent',
      'tools.ozone.moderation.defs#ageAssuranceOverrideEvent',
      'tools.ozone.moderation.defs#timelineEventPlcCreate',
      'tools.ozone.moderation.defs#timelineEventPlcOperation',
      'tools.ozone.moderation.defs#timelineEventPlcTombstone',
      'tools.ozone.hosting.getAccountHistory#accountCreated',
      'tools.ozone.hosting.getAccountHistory#emailConfirmed',
      'tools.ozone.hosting.getAccountHistory#passwordUpdated',
      'tools.ozone.hosting.getAccountHistory#handleUpdated',
      'tools.ozone.moderation.defs#scheduleTakedownEvent',
      'tools.ozone.moderation.defs#cancelScheduledTakedownEvent',
    ],
  }),
  count: lex.integer(),
}, ['eventSubjectType', 'eventType', 'count'])

export {getAccountTimeline as main}
