// Generated from lexicons/tools/ozone/report/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as comAtprotoModerationDefs from '../../../com/atproto/moderation/defs.ts'
import * as moderationDefs from '../moderation/defs.ts'
import * as queueDefs from '../queue/defs.ts'
import * as teamDefs from '../team/defs.ts'

export type ReasonType =
  | 'tools.ozone.report.defs#reasonAppeal'
  | 'tools.ozone.report.defs#reasonOther'
  | 'tools.ozone.report.defs#reasonViolenceAnimal'
  | 'tools.ozone.report.defs#reasonViolenceThreats'
  | 'tools.ozone.report.defs#reasonViolenceGraphicContent'
  | 'tools.ozone.report.defs#reasonViolenceGlorification'
  | 'tools.ozone.report.defs#reasonViolenceExtremistContent'
  | 'tools.ozone.report.defs#reasonViolenceTrafficking'
  | 'tools.ozone.report.defs#reasonViolenceOther'
  | 'tools.ozone.report.defs#reasonSexualAbuseContent'
  | 'tools.ozone.report.defs#reasonSexualNCII'
  | 'tools.ozone.report.defs#reasonSexualDeepfake'
  | 'tools.ozone.report.defs#reasonSexualAnimal'
  | 'tools.ozone.report.defs#reasonSexualUnlabeled'
  | 'tools.ozone.report.defs#reasonSexualOther'
  | 'tools.ozone.report.defs#reasonChildSafetyCSAM'
  | 'tools.ozone.report.defs#reasonChildSafetyGroom'
  | 'tools.ozone.report.defs#reasonChildSafetyPrivacy'
  | 'tools.ozone.report.defs#reasonChildSafetyHarassment'
  | 'tools.ozone.report.defs#reasonChildSafetyOther'
  | 'tools.ozone.report.defs#reasonHarassmentTroll'
  | 'tools.ozone.report.defs#reasonHarassmentTargeted'
  | 'tools.ozone.report.defs#reasonHarassmentHateSpeech'
  | 'tools.ozone.report.defs#reasonHarassmentDoxxing'
  | 'tools.ozone.report.defs#reasonHarassmentOther'
  | 'tools.ozone.report.defs#reasonMisleadingBot'
  | 'tools.ozone.report.defs#reasonMisleadingImpersonation'
  | 'tools.ozone.report.defs#reasonMisleadingSpam'
  | 'tools.ozone.report.defs#reasonMisleadingScam'
  | 'tools.ozone.report.defs#reasonMisleadingElections'
  | 'tools.ozone.report.defs#reasonMisleadingOther'
  | 'tools.ozone.report.defs#reasonRuleSiteSecurity'
  | 'tools.ozone.report.defs#reasonRuleProhibitedSales'
  | 'tools.ozone.report.defs#reasonRuleBanEvasion'
  | 'tools.ozone.report.defs#reasonRuleOther'
  | 'tools.ozone.report.defs#reasonSelfHarmContent'
  | 'tools.ozone.report.defs#reasonSelfHarmED'
  | 'tools.ozone.report.defs#reasonSelfHarmStunts'
  | 'tools.ozone.report.defs#reasonSelfHarmSubstances'
  | 'tools.ozone.report.defs#reasonSelfHarmOther'
  | (string & {})
export const reasonType: lex.StringSchema<ReasonType> = lex.string({
  knownValues: [
    'tools.ozone.report.defs#reasonAppeal',
    'tools.ozone.report.defs#reasonOther',
    'tools.ozone.report.defs#reasonViolenceAnimal',
    'tools.ozone.report.defs#reasonViolenceThreats',
    'tools.ozone.report.defs#reasonViolenceGraphicContent',
    'tools.ozone.report.defs#reasonViolenceGlorification',
    'tools.ozone.report.defs#reasonViolenceExtremistContent',
    'tools.ozone.report.defs#reasonViolenceTrafficking',
    'tools.ozone.report.defs#reasonViolenceOther',
    'tools.ozone.report.defs#reasonSexualAbuseContent',
    'tools.ozone.report.defs#reasonSexualNCII',
    'tools.ozone.report.defs#reasonSexualDeepfake',
    'tools.ozone.report.defs#reasonSexualAnimal',
    'tools.ozone.report.defs#reasonSexualUnlabeled',
    'tools.ozone.report.defs#reasonSexualOther',
    'tools.ozone.report.defs#reasonChildSafetyCSAM',
    'tools.ozone.report.defs#reasonChildSafetyGroom',
    'tools.ozone.report.defs#reasonChildSafetyPrivacy',
    'tools.ozone.report.defs#reasonChildSafetyHarassment',
    'tools.ozone.report.defs#reasonChildSafetyOther',
    'tools.ozone.report.defs#reasonHarassmentTroll',
    'tools.ozone.report.defs#reasonHarassmentTargeted',
    'tools.ozone.report.defs#reasonHarassmentHateSpeech',
    'tools.ozone.report.defs#reasonHarassmentDoxxing',
    'tools.ozone.report.defs#reasonHarassmentOther',
    'tools.ozone.report.defs#reasonMisleadingBot',
    'tools.ozone.report.defs#reasonMisleadingImpersonation',
    'tools.ozone.report.defs#reasonMisleadingSpam',
    'tools.ozone.report.defs#reasonMisleadingScam',
    'tools.ozone.report.defs#reasonMisleadingElections',
    'tools.ozone.report.defs#reasonMisleadingOther',
    'tools.ozone.report.defs#reasonRuleSiteSecurity',
    'tools.ozone.report.defs#reasonRuleProhibitedSales',
    'tools.ozone.report.defs#reasonRuleBanEvasion',
    'tools.ozone.report.defs#reasonRuleOther',
    'tools.ozone.report.defs#reasonSelfHarmContent',
    'tools.ozone.report.defs#reasonSelfHarmED',
    'tools.ozone.report.defs#reasonSelfHarmStunts',
    'tools.ozone.report.defs#reasonSelfHarmSubstances',
    'tools.ozone.report.defs#reasonSelfHarmOther',
  ],
})

/** Appeal a previously taken moderation action */
export type ReasonAppeal = 'tools.ozone.report.defs#reasonAppeal'
export const reasonAppeal: lex.TokenSchema<ReasonAppeal> = lex.token('tools.ozone.report.defs#reasonAppeal')

/** An issue not included in these options */
export type ReasonOther = 'tools.ozone.report.defs#reasonOther'
export const reasonOther: lex.TokenSchema<ReasonOther> = lex.token('tools.ozone.report.defs#reasonOther')

/** Animal welfare violations */
export type ReasonViolenceAnimal = 'tools.ozone.report.defs#reasonViolenceAnimal'
export const reasonViolenceAnimal: lex.TokenSchema<ReasonViolenceAnimal> = lex.token('tools.ozone.report.defs#reasonViolenceAnimal')

/** Threats or incitement */
export type ReasonViolenceThreats = 'tools.ozone.report.defs#reasonViolenceThreats'
export const reasonViolenceThreats: lex.TokenSchema<ReasonViolenceThreats> = lex.token('tools.ozone.report.defs#reasonViolenceThreats')

/** Graphic violent content */
export type ReasonViolenceGraphicContent = 'tools.ozone.report.defs#reasonViolenceGraphicContent'
export const reasonViolenceGraphicContent: lex.TokenSchema<ReasonViolenceGraphicContent> = lex.token('tools.ozone.report.defs#reasonViolenceGraphicContent')

/** Glorification of violence */
export type ReasonViolenceGlorification = 'tools.ozone.report.defs#reasonViolenceGlorification'
export const reasonViolenceGlorification: lex.TokenSchema<ReasonViolenceGlorification> = lex.token('tools.ozone.report.defs#reasonViolenceGlorification')

/** Extremist content. These reports will be sent only be sent to the application's Moderation Authority. */
export type ReasonViolenceExtremistContent = 'tools.ozone.report.defs#reasonViolenceExtremistContent'
export const reasonViolenceExtremistContent: lex.TokenSchema<ReasonViolenceExtremistContent> = lex.token('tools.ozone.report.defs#reasonViolenceExtremistContent')

/** Human trafficking */
export type ReasonViolenceTrafficking = 'tools.ozone.report.defs#reasonViolenceTrafficking'
export const reasonViolenceTrafficking: lex.TokenSchema<ReasonViolenceTrafficking> = lex.token('tools.ozone.report.defs#reasonViolenceTrafficking')

/** Other violent content */
export type ReasonViolenceOther = 'tools.ozone.report.defs#reasonViolenceOther'
export const reasonViolenceOther: lex.TokenSchema<ReasonViolenceOther> = lex.token('tools.ozone.report.defs#reasonViolenceOther')

/** Adult sexual abuse content */
export type ReasonSexualAbuseContent = 'tools.ozone.report.defs#reasonSexualAbuseContent'
export const reasonSexualAbuseContent: lex.TokenSchema<ReasonSexualAbuseContent> = lex.token('tools.ozone.report.defs#reasonSexualAbuseContent')

/** Non-consensual intimate imagery */
export type ReasonSexualNCII = 'tools.ozone.report.defs#reasonSexualNCII'
export const reasonSexualNCII: lex.TokenSchema<ReasonSexualNCII> = lex.token('tools.ozone.report.defs#reasonSexualNCII')

/** Deepfake adult content */
export type ReasonSexualDeepfake = 'tools.ozone.report.defs#reasonSexualDeepfake'
export const reasonSexualDeepfake: lex.TokenSchema<ReasonSexualDeepfake> = lex.token('tools.ozone.report.defs#reasonSexualDeepfake')

/** Animal sexual abuse */
export type ReasonSexualAnimal = 'tools.ozone.report.defs#reasonSexualAnimal'
export const reasonSexualAnimal: lex.TokenSchema<ReasonSexualAnimal> = lex.token('tools.ozone.report.defs#reasonSexualAnimal')

/** Unlabelled adult content */
export type ReasonSexualUnlabeled = 'tools.ozone.report.defs#reasonSexualUnlabeled'
export const reasonSexualUnlabeled: lex.TokenSchema<ReasonSexualUnlabeled> = lex.token('tools.ozone.report.defs#reasonSexualUnlabeled')

/** Other sexual violence content */
export type ReasonSexualOther = 'tools.ozone.report.defs#reasonSexualOther'
export const reasonSexualOther: lex.TokenSchema<ReasonSexualOther> = lex.token('tools.ozone.report.defs#reasonSexualOther')

/**
 * Child sexual abuse material (CSAM). These reports will be sent only be sent to the application's Moderation
 * Authority.
 */
export type ReasonChildSafetyCSAM = 'tools.ozone.report.defs#reasonChildSafetyCSAM'
export const reasonChildSafetyCSAM: lex.TokenSchema<ReasonChildSafetyCSAM> = lex.token('tools.ozone.report.defs#reasonChildSafetyCSAM')

/**
 * Grooming or predatory behavior. These reports will be sent only be sent to the application's Moderation Authority.
 */
export type ReasonChildSafetyGroom = 'tools.ozone.report.defs#reasonChildSafetyGroom'
export const reasonChildSafetyGroom: lex.TokenSchema<ReasonChildSafetyGroom> = lex.token('tools.ozone.report.defs#reasonChildSafetyGroom')

/** Privacy violation involving a minor */
export type ReasonChildSafetyPrivacy = 'tools.ozone.report.defs#reasonChildSafetyPrivacy'
export const reasonChildSafetyPrivacy: lex.TokenSchema<ReasonChildSafetyPrivacy> = lex.token('tools.ozone.report.defs#reasonChildSafetyPrivacy')

/** Harassment or bullying of minors */
export type ReasonChildSafetyHarassment = 'tools.ozone.report.defs#reasonChildSafetyHarassment'
export const reasonChildSafetyHarassment: lex.TokenSchema<ReasonChildSafetyHarassment> = lex.token('tools.ozone.report.defs#reasonChildSafetyHarassment')

/** Other child safety. These reports will be sent only be sent to the application's Moderation Authority. */
export type ReasonChildSafetyOther = 'tools.ozone.report.defs#reasonChildSafetyOther'
export const reasonChildSafetyOther: lex.TokenSchema<ReasonChildSafetyOther> = lex.token('tools.ozone.report.defs#reasonChildSafetyOther')

/** Trolling */
export type ReasonHarassmentTroll = 'tools.ozone.report.defs#reasonHarassmentTroll'
export const reasonHarassmentTroll: lex.TokenSchema<ReasonHarassmentTroll> = lex.token('tools.ozone.report.defs#reasonHarassmentTroll')

/** Targeted harassment */
export type ReasonHarassmentTargeted = 'tools.ozone.report.defs#reasonHarassmentTargeted'
export const reasonHarassmentTargeted: lex.TokenSchema<ReasonHarassmentTargeted> = lex.token('tools.ozone.report.defs#reasonHarassmentTargeted')

/** Hate speech */
export type ReasonHarassmentHateSpeech = 'tools.ozone.report.defs#reasonHarassmentHateSpeech'
export const reasonHarassmentHateSpeech: lex.TokenSchema<ReasonHarassmentHateSpeech> = lex.token('tools.ozone.report.defs#reasonHarassmentHateSpeech')

/** Doxxing */
export type ReasonHarassmentDoxxing = 'tools.ozone.report.defs#reasonHarassmentDoxxing'
export const reasonHarassmentDoxxing: lex.TokenSchema<ReasonHarassmentDoxxing> = lex.token('tools.ozone.report.defs#reasonHarassmentDoxxing')

/** Other harassing or hateful content */
export type ReasonHarassmentOther = 'tools.ozone.report.defs#reasonHarassmentOther'
export const reasonHarassmentOther: lex.TokenSchema<ReasonHarassmentOther> = lex.token('tools.ozone.report.defs#reasonHarassmentOther')

/** Fake account or bot */
export type ReasonMisleadingBot = 'tools.ozone.report.defs#reasonMisleadingBot'
export const reasonMisleadingBot: lex.TokenSchema<ReasonMisleadingBot> = lex.token('tools.ozone.report.defs#reasonMisleadingBot')

/** Impersonation */
export type ReasonMisleadingImpersonation = 'tools.ozone.report.defs#reasonMisleadingImpersonation'
export const reasonMisleadingImpersonation: lex.TokenSchema<ReasonMisleadingImpersonation> = lex.token('tools.ozone.report.defs#reasonMisleadingImpersonation')

/** Spam */
export type ReasonMisleadingSpam = 'tools.ozone.report.defs#reasonMisleadingSpam'
export const reasonMisleadingSpam: lex.TokenSchema<ReasonMisleadingSpam> = lex.token('tools.ozone.report.defs#reasonMisleadingSpam')

/** Scam */
export type ReasonMisleadingScam = 'tools.ozone.report.defs#reasonMisleadingScam'
export const reasonMisleadingScam: lex.TokenSchema<ReasonMisleadingScam> = lex.token('tools.ozone.report.defs#reasonMisleadingScam')

/** False information about elections */
export type ReasonMisleadingElections = 'tools.ozone.report.defs#reasonMisleadingElections'
export const reasonMisleadingElections: lex.TokenSchema<ReasonMisleadingElections> = lex.token('tools.ozone.report.defs#reasonMisleadingElections')

/** Other misleading content */
export type ReasonMisleadingOther = 'tools.ozone.report.defs#reasonMisleadingOther'
export const reasonMisleadingOther: lex.TokenSchema<ReasonMisleadingOther> = lex.token('tools.ozone.report.defs#reasonMisleadingOther')

/** Hacking or system attacks */
export type ReasonRuleSiteSecurity = 'tools.ozone.report.defs#reasonRuleSiteSecurity'
export const reasonRuleSiteSecurity: lex.TokenSchema<ReasonRuleSiteSecurity> = lex.token('tools.ozone.report.defs#reasonRuleSiteSecurity')

/** Promoting or selling prohibited items or services */
export type ReasonRuleProhibitedSales = 'tools.ozone.report.defs#reasonRuleProhibitedSales'
export const reasonRuleProhibitedSales: lex.TokenSchema<ReasonRuleProhibitedSales> = lex.token('tools.ozone.report.defs#reasonRuleProhibitedSales')

/** Banned user returning */
export type ReasonRuleBanEvasion = 'tools.ozone.report.defs#reasonRuleBanEvasion'
export const reasonRuleBanEvasion: lex.TokenSchema<ReasonRuleBanEvasion> = lex.token('tools.ozone.report.defs#reasonRuleBanEvasion')

/** Other */
export type ReasonRuleOther = 'tools.ozone.report.defs#reasonRuleOther'
export const reasonRuleOther: lex.TokenSchema<ReasonRuleOther> = lex.token('tools.ozone.report.defs#reasonRuleOther')

/** Content promoting or depicting self-harm */
export type ReasonSelfHarmContent = 'tools.ozone.report.defs#reasonSelfHarmContent'
export const reasonSelfHarmContent: lex.TokenSchema<ReasonSelfHarmContent> = lex.token('tools.ozone.report.defs#reasonSelfHarmContent')

/** Eating disorders */
export type ReasonSelfHarmED = 'tools.ozone.report.defs#reasonSelfHarmED'
export const reasonSelfHarmED: lex.TokenSchema<ReasonSelfHarmED> = lex.token('tools.ozone.report.defs#reasonSelfHarmED')

/** Dangerous challenges or activities */
export type ReasonSelfHarmStunts = 'tools.ozone.report.defs#reasonSelfHarmStunts'
export const reasonSelfHarmStunts: lex.TokenSchema<ReasonSelfHarmStunts> = lex.token('tools.ozone.report.defs#reasonSelfHarmStunts')

/** Dangerous substances or drug abuse */
export type ReasonSelfHarmSubstances = 'tools.ozone.report.defs#reasonSelfHarmSubstances'
export const reasonSelfHarmSubstances: lex.TokenSchema<ReasonSelfHarmSubstances> = lex.token('tools.ozone.report.defs#reasonSelfHarmSubstances')

/** Other dangerous content */
export type ReasonSelfHarmOther = 'tools.ozone.report.defs#reasonSelfHarmOther'
export const reasonSelfHarmOther: lex.TokenSchema<ReasonSelfHarmOther> = lex.token('tools.ozone.report.defs#reasonSelfHarmOther')

/** Information about the moderator currently assigned to a report. */
export type ReportAssignment = {
  $type?: 'tools.ozone.report.defs#reportAssignment'
  /** DID of the assigned moderator */
  did: Did
  /** Full member record of the assigned moderator */
  moderator?: teamDefs.Member
  /** When the report was assigned */
  assignedAt: Datetime
}
export const reportAssignment: lex.ObjectSchema<ReportAssignment> = lex.typed('tools.ozone.report.defs#reportAssignment', {
  did: lex.string({format: 'did'}),
  moderator: lex.ref(() => teamDefs.member),
  assignedAt: lex.string({format: 'datetime'}),
}, ['did', 'assignedAt'])

export type ReportView = {
  $type?: 'tools.ozone.report.defs#reportView'
  /** Report ID */
  id: number
  /** ID of the moderation event that created this report */
  eventId: number
  /** Current status of the report */
  status: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
  /** The subject that was reported with full details */
  subject: moderationDefs.SubjectView
  /** Type of report */
  reportType: comAtprotoModerationDefs.ReasonType
  /** DID of the user who made the report */
  reportedBy: Did
  /** Full subject view of the reporter account */
  reporter: moderationDefs.SubjectView
  /** Comment provided by the reporter */
  comment?: string
  /** When the report was created */
  createdAt: Datetime
  /** When the report was last updated */
  updatedAt?: Datetime
  /** When the report was assigned to its current queue */
  queuedAt?: Datetime
  /** Array of moderation event IDs representing actions taken on this report (sorted DESC, most recent first) */
  actionEventIds?: number[]
  /** Optional: expanded action events */
  actions?: moderationDefs.ModEventView[]
  /** Note sent to reporter when report was actioned */
  actionNote?: string
  /** Current status of the reported subject */
  subjectStatus?: moderationDefs.SubjectStatusView
  /** Number of other pending reports on the same subject */
  relatedReportCount?: number
  /** Information about moderator currently assigned to this report (if any) */
  assignment?: ReportAssignment
  /** The queue this report is assigned to (if any) */
  queue?: queueDefs.QueueView
  /**
   * Whether this report is muted. A report is muted if the reporter was muted or the subject was muted at the time the
   * report was created.
   */
  isMuted?: boolean
  /** Whether this report was emitted by automated tooling. */
  isAutomated?: boolean
}
export const reportView: lex.ObjectSchema<ReportView> = lex.typed('tools.ozone.report.defs#reportView', {
  id: lex.integer(),
  eventId: lex.integer(),
  status: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
  subject: lex.ref(() => moderationDefs.subjectView),
  reportType: lex.ref(() => comAtprotoModerationDefs.reasonType),
  reportedBy: lex.string({format: 'did'}),
  reporter: lex.ref(() => moderationDefs.subjectView),
  comment: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
  queuedAt: lex.string({format: 'datetime'}),
  actionEventIds: lex.array(lex.integer()),
  actions: lex.array(lex.ref(() => moderationDefs.modEventView)),
  actionNote: lex.string(),
  subjectStatus: lex.ref(() => moderationDefs.subjectStatusView),
  relatedReportCount: lex.integer(),
  assignment: lex.ref(() => reportAssignment),
  queue: lex.ref(() => queueDefs.queueView),
  isMuted: lex.boolean(),
  isAutomated: lex.boolean({default: false}),
}, [
  'id',
  'eventId',
  'status',
  'subject',
  'reportType',
  'reportedBy',
  'reporter',
  'createdAt',
])

/** Activity recording a report being routed to a queue. */
export type QueueActivity = {
  $type?: 'tools.ozone.report.defs#queueActivity'
  /** The report's status before this activity. Populated automatically from the report row; not required in input. */
  previousStatus?: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
}
export const queueActivity: lex.ObjectSchema<QueueActivity> = lex.typed('tools.ozone.report.defs#queueActivity', {
  previousStatus: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
})

/** Activity recording a moderator being assigned to a report. */
export type AssignmentActivity = {
  $type?: 'tools.ozone.report.defs#assignmentActivity'
  /** The report's status before this activity. Populated automatically from the report row; not required in input. */
  previousStatus?: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
}
export const assignmentActivity: lex.ObjectSchema<AssignmentActivity> = lex.typed('tools.ozone.report.defs#assignmentActivity', {
  previousStatus: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
})

/** Activity recording a report being escalated. */
export type EscalationActivity = {
  $type?: 'tools.ozone.report.defs#escalationActivity'
  /** The report's status before this activity. Populated automatically from the report row; not required in input. */
  previousStatus?: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
}
export const escalationActivity: lex.ObjectSchema<EscalationActivity> = lex.typed('tools.ozone.report.defs#escalationActivity', {
  previousStatus: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
})

/** Activity recording a report being closed. */
export type CloseActivity = {
  $type?: 'tools.ozone.report.defs#closeActivity'
  /** The report's status before this activity. Populated automatically from the report row; not required in input. */
  previousStatus?: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
}
export const closeActivity: lex.ObjectSchema<CloseActivity> = lex.typed('tools.ozone.report.defs#closeActivity', {
  previousStatus: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
})

/** Activity recording a closed report being reopened. Only valid when the report is in 'closed' status. */
export type ReopenActivity = {
  $type?: 'tools.ozone.report.defs#reopenActivity'
  /** The report's status before this activity. Populated automatically from the report row; not required in input. */
  previousStatus?: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
}
export const reopenActivity: lex.ObjectSchema<ReopenActivity> = lex.typed('tools.ozone.report.defs#reopenActivity', {
  previousStatus: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
})

/**
 * Activity recording a note on a report. Use internalNote for moderator-only notes or publicNote for reporter-visible
 * notes (or both).
 */
export type NoteActivity = {
  $type?: 'tools.ozone.report.defs#noteActivity'
}
export const noteActivity: lex.ObjectSchema<NoteActivity> = lex.typed('tools.ozone.report.defs#noteActivity', {})

/** A single activity entry on a report. */
export type ReportActivityView = {
  $type?: 'tools.ozone.report.defs#reportActivityView'
  /** Activity ID */
  id: number
  /** ID of the report this activity belongs to */
  reportId: number
  /** The typed activity object describing what occurred. */
  activity:
    | lex.Typed<QueueActivity>
    | lex.Typed<AssignmentActivity>
    | lex.Typed<EscalationActivity>
    | lex.Typed<CloseActivity>
    | lex.Typed<ReopenActivity>
    | lex.Typed<NoteActivity>
    | lex.Other
  /** Optional moderator-only note. Not visible to reporters. */
  internalNote?: string
  /** Optional public note, potentially visible to the reporter. */
  publicNote?: string
  /** Extensible JSON payload for loose activity-specific metadata (e.g. assignmentId). */
  meta?: lex.Unknown
  /**
   * True if this activity was created by an automated process (e.g. queue router) rather than a direct human action.
   */
  isAutomated: boolean
  /** DID of the actor who created this activity, or the service DID for automated activities. */
  createdBy: Did
  /** Full member record of the moderator who created this activity */
  moderator?: teamDefs.Member
  /** Full view of the report this activity belongs to. */
  report?: ReportView
  /** When this activity was created */
  createdAt: Datetime
}
export const reportActivityView: lex.ObjectSchema<ReportActivityView> = lex.typed('tools.ozone.report.defs#reportActivityView', {
  id: lex.integer(),
  reportId: lex.integer(),
  activity: lex.union(() => [
    queueActivity,
    assignmentActivity,
    escalationActivity,
    closeActivity,
    reopenActivity,
    noteActivity,
  ]),
  internalNote: lex.string(),
  publicNote: lex.string(),
  meta: lex.unknown(),
  isAutomated: lex.boolean(),
  createdBy: lex.string({format: 'did'}),
  moderator: lex.ref(() => teamDefs.member),
  report: lex.ref(() => reportView),
  createdAt: lex.string({format: 'datetime'}),
}, ['id', 'reportId', 'activity', 'isAutomated', 'createdBy', 'createdAt'])

/** Live statistics for reports for the current calendar day, filterable by queue, moderator, or report type. */
export type LiveStats = {
  $type?: 'tools.ozone.report.defs#liveStats'
  /** Number of reports currently not closed. */
  pendingCount?: number
  /** Number of reports closed today. */
  actionedCount?: number
  /** Number of reports escalated today. */
  escalatedCount?: number
  /** Reports received today. */
  inboundCount?: number
  /** Percentage of reports actioned (actionedCount / inboundCount * 100), rounded to nearest integer. */
  actionRate?: number
  /** Average time in seconds from report creation (or moderator assignment) to close. */
  avgHandlingTimeSec?: number
  /** When these statistics were last computed. */
  lastUpdated?: Datetime
}
export const liveStats: lex.ObjectSchema<LiveStats> = lex.typed('tools.ozone.report.defs#liveStats', {
  pendingCount: lex.integer(),
  actionedCount: lex.integer(),
  escalatedCount: lex.integer(),
  inboundCount: lex.integer(),
  actionRate: lex.integer(),
  avgHandlingTimeSec: lex.integer(),
  lastUpdated: lex.string({format: 'datetime'}),
})

/** A single daily snapshot of report statistics for a calendar date. */
export type HistoricalStats = {
  $type?: 'tools.ozone.report.defs#historicalStats'
  /** The calendar date this snapshot covers (YYYY-MM-DD). */
  date: string
  /** When this snapshot was last computed. */
  computedAt?: Datetime
  /** Number of reports not closed at time of computation. */
  pendingCount?: number
  /** Number of reports closed during this day. */
  actionedCount?: number
  /** Number of reports escalated during this day. */
  escalatedCount?: number
  /** Reports received during this day. */
  inboundCount?: number
  /** Percentage of reports actioned (actionedCount / inboundCount * 100), rounded to nearest integer. */
  actionRate?: number
  /** Average time in seconds from report creation (or moderator assignment) to close. */
  avgHandlingTimeSec?: number
}
export const historicalStats: lex.ObjectSchema<HistoricalStats> = lex.typed('tools.ozone.report.defs#historicalStats', {
  date: lex.string(),
  computedAt: lex.string({format: 'datetime'}),
  pendingCount: lex.integer(),
  actionedCount: lex.integer(),
  escalatedCount: lex.integer(),
  inboundCount: lex.integer(),
  actionRate: lex.integer(),
  avgHandlingTimeSec: lex.integer(),
}, ['date'])

export type AssignmentView = {
  $type?: 'tools.ozone.report.defs#assignmentView'
  id: number
  did: Did
  /** The moderator assigned to this report */
  moderator?: teamDefs.Member
  queue?: queueDefs.QueueView
  reportId: number
  startAt: Datetime
  endAt?: Datetime
}
export const assignmentView: lex.ObjectSchema<AssignmentView> = lex.typed('tools.ozone.report.defs#assignmentView', {
  id: lex.integer(),
  did: lex.string({format: 'did'}),
  moderator: lex.ref(() => teamDefs.member),
  queue: lex.ref(() => queueDefs.queueView),
  reportId: lex.integer(),
  startAt: lex.string({format: 'datetime'}),
  endAt: lex.string({format: 'datetime'}),
}, ['id', 'did', 'reportId', 'startAt'])
