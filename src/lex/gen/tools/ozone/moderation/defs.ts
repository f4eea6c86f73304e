// Generated from lexicons/tools/ozone/moderation/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as ageassuranceDefs from '../../../app/bsky/ageassurance/defs.ts'
import * as convoDefs from '../../../chat/bsky/convo/defs.ts'
import * as adminDefs from '../../../com/atproto/admin/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as moderationDefs from '../../../com/atproto/moderation/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'
import * as serverDefs from '../../../com/atproto/server/defs.ts'

export type ModEventView = {
  $type?: 'tools.ozone.moderation.defs#modEventView'
  id: number
  event:
    | lex.Typed<ModEventTakedown>
    | lex.Typed<ModEventReverseTakedown>
    | lex.Typed<ModEventComment>
    | lex.Typed<ModEventReport>
    | lex.Typed<ModEventLabel>
    | lex.Typed<ModEventAcknowledge>
    | lex.Typed<ModEventEscalate>
    | lex.Typed<ModEventMute>
    | lex.Typed<ModEventUnmute>
    | lex.Typed<ModEventMuteReporter>
    | lex.Typed<ModEventUnmuteReporter>
    | lex.Typed<ModEventEmail>
    | lex.Typed<ModEventResolveAppeal>
    | lex.Typed<ModEventDivert>
    | lex.Typed<ModEventTag>
    | lex.Typed<AccountEvent>
    | lex.Typed<IdentityEvent>
    | lex.Typed<RecordEvent>
    | lex.Typed<ModEventPriorityScore>
    | lex.Typed<AgeAssuranceEvent>
    | lex.Typed<AgeAssuranceOverrideEvent>
    | lex.Typed<AgeAssurancePurgeEvent>
    | lex.Typed<RevokeAccountCredentialsEvent>
    | lex.Typed<ScheduleTakedownEvent>
    | lex.Typed<CancelScheduledTakedownEvent>
    | lex.Other
  subject:
    | lex.Typed<adminDefs.RepoRef>
    | lex.Typed<repoStrongRef.StrongRef>
    | lex.Typed<convoDefs.MessageRef>
    | lex.Typed<convoDefs.ConvoRef>
    | lex.Other
  subjectBlobCids: string[]
  createdBy: Did
  createdAt: Datetime
  creatorHandle?: string
  subjectHandle?: string
  modTool?: ModTool
}
export const modEventView: lex.ObjectSchema<ModEventView> = lex.typed('tools.ozone.moderation.defs#modEventView', {
  id: lex.integer(),
  event: lex.union(() => [
    modEventTakedown,
    modEventReverseTakedown,
    modEventComment,
    modEventReport,
    modEventLabel,
    modEventAcknowledge,
    modEventEscalate,
    modEventMute,
    modEventUnmute,
    modEventMuteReporter,
    modEventUnmuteReporter,
    modEventEmail,
    modEventResolveAppeal,
    modEventDivert,
    modEventTag,
    accountEvent,
    identityEvent,
    recordEvent,
    modEventPriorityScore,
    ageAssuranceEvent,
    ageAssuranceOverrideEvent,
    ageAssurancePurgeEvent,
    revokeAccountCredentialsEvent,
    scheduleTakedownEvent,
    cancelScheduledTakedownEvent,
  ]),
  subject: lex.union(() => [
    adminDefs.repoRef,
    repoStrongRef.main,
    convoDefs.messageRef,
    convoDefs.convoRef,
  ]),
  subjectBlobCids: lex.array(lex.string()),
  createdBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  creatorHandle: lex.string(),
  subjectHandle: lex.string(),
  modTool: lex.ref(() => modTool),
}, ['id', 'event', 'subject', 'subjectBlobCids', 'createdBy', 'createdAt'])

export type ModEventViewDetail = {
  $type?: 'tools.ozone.moderation.defs#modEventViewDetail'
  id: number
  event:
    | lex.Typed<ModEventTakedown>
    | lex.Typed<ModEventReverseTakedown>
    | lex.Typed<ModEventComment>
    | lex.Typed<ModEventReport>
    | lex.Typed<ModEventLabel>
    | lex.Typed<ModEventAcknowledge>
    | lex.Typed<ModEventEscalate>
    | lex.Typed<ModEventMute>
    | lex.Typed<ModEventUnmute>
    | lex.Typed<ModEventMuteReporter>
    | lex.Typed<ModEventUnmuteReporter>
    | lex.Typed<ModEventEmail>
    | lex.Typed<ModEventResolveAppeal>
    | lex.Typed<ModEventDivert>
    | lex.Typed<ModEventTag>
    | lex.Typed<AccountEvent>
    | lex.Typed<IdentityEvent>
    | lex.Typed<RecordEvent>
    | lex.Typed<ModEventPriorityScore>
    | lex.Typed<AgeAssuranceEvent>
    | lex.Typed<AgeAssuranceOverrideEvent>
    | lex.Typed<AgeAssurancePurgeEvent>
    | lex.Typed<RevokeAccountCredentialsEvent>
    | lex.Typed<ScheduleTakedownEvent>
    | lex.Typed<CancelScheduledTakedownEvent>
    | lex.Other
  subject:
    | lex.Typed<RepoView>
    | lex.Typed<RepoViewNotFound>
    | lex.Typed<RecordView>
    | lex.Typed<RecordViewNotFound>
    | lex.Typed<ConvoView>
    | lex.Other
  subjectBlobs: BlobView[]
  createdBy: Did
  createdAt: Datetime
  modTool?: ModTool
}
export const modEventViewDetail: lex.ObjectSchema<ModEventViewDetail> = lex.typed('tools.ozone.moderation.defs#modEventViewDetail', {
  id: lex.integer(),
  event: lex.union(() => [
    modEventTakedown,
    modEventReverseTakedown,
    modEventComment,
    modEventReport,
    modEventLabel,
    modEventAcknowledge,
    modEventEscalate,
    modEventMute,
    modEventUnmute,
    modEventMuteReporter,
    modEventUnmuteReporter,
    modEventEmail,
    modEventResolveAppeal,
    modEventDivert,
    modEventTag,
    accountEvent,
    identityEvent,
    recordEvent,
    modEventPriorityScore,
    ageAssuranceEvent,
    ageAssuranceOverrideEvent,
    ageAssurancePurgeEvent,
    revokeAccountCredentialsEvent,
    scheduleTakedownEvent,
    cancelScheduledTakedownEvent,
  ]),
  subject: lex.union(() => [repoView, repoViewNotFound, recordView, recordViewNotFound, convoView]),
  subjectBlobs: lex.array(lex.ref(() => blobView)),
  createdBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  modTool: lex.ref(() => modTool),
}, ['id', 'event', 'subject', 'subjectBlobs', 'createdBy', 'createdAt'])

export type SubjectStatusView = {
  $type?: 'tools.ozone.moderation.defs#subjectStatusView'
  id: number
  subject:
    | lex.Typed<adminDefs.RepoRef>
    | lex.Typed<repoStrongRef.StrongRef>
    | lex.Typed<convoDefs.MessageRef>
    | lex.Typed<convoDefs.ConvoRef>
    | lex.Other
  hosting?: lex.Typed<AccountHosting> | lex.Typed<RecordHosting> | lex.Other
  subjectBlobCids?: CidString[]
  subjectRepoHandle?: string
  /** Timestamp referencing when the last update was made to the moderation status of the subject */
  updatedAt: Datetime
  /** Timestamp referencing the first moderation status impacting event was emitted on the subject */
  createdAt: Datetime
  reviewState: SubjectReviewState
  /** Sticky comment on the subject. */
  comment?: string
  /** Numeric value representing the level of priority. Higher score means higher priority. */
  priorityScore?: number
  muteUntil?: Datetime
  muteReportingUntil?: Datetime
  lastReviewedBy?: Did
  lastReviewedAt?: Datetime
  lastReportedAt?: Datetime
  /** Timestamp referencing when the author of the subject appealed a moderation action */
  lastAppealedAt?: Datetime
  takendown?: boolean
  /**
   * True indicates that the a previously taken moderator action was appealed against, by the author of the content.
   * False indicates last appeal was resolved by moderators.
   */
  appealed?: boolean
  suspendUntil?: Datetime
  tags?: string[]
  /** Statistics related to the account subject */
  accountStats?: AccountStats
  /** Statistics related to the record subjects authored by the subject's account */
  recordsStats?: RecordsStats
  /** Strike information for the account (account-level only) */
  accountStrike?: AccountStrike
  /** Current age assurance state of the subject. */
  ageAssuranceState?: 'pending' | 'assured' | 'unknown' | 'reset' | 'blocked' | (string & {})
  /** Whether or not the last successful update to age assurance was made by the user or admin. */
  ageAssuranceUpdatedBy?: 'admin' | 'user' | (string & {})
}
export const subjectStatusView: lex.ObjectSchema<SubjectStatusView> = lex.typed('tools.ozone.moderation.defs#subjectStatusView', {
  id: lex.integer(),
  subject: lex.union(() => [
    adminDefs.repoRef,
    repoStrongRef.main,
    convoDefs.messageRef,
    convoDefs.convoRef,
  ]),
  hosting: lex.union(() => [accountHosting, recordHosting]),
  subjectBlobCids: lex.array(lex.string({format: 'cid'})),
  subjectRepoHandle: lex.string(),
  updatedAt: lex.string({format: 'datetime'}),
  createdAt: lex.string({format: 'datetime'}),
  reviewState: lex.ref(() => subjectReviewState),
  comment: lex.string(),
  priorityScore: lex.integer({minimum: 0, maximum: 100}),
  muteUntil: lex.string({format: 'datetime'}),
  muteReportingUntil: lex.string({format: 'datetime'}),
  lastReviewedBy: lex.string({format: 'did'}),
  lastReviewedAt: lex.string({format: 'datetime'}),
  lastReportedAt: lex.string({format: 'datetime'}),
  lastAppealedAt: lex.string({format: 'datetime'}),
  takendown: lex.boolean(),
  appealed: lex.boolean(),
  suspendUntil: lex.string({format: 'datetime'}),
  tags: lex.array(lex.string()),
  accountStats: lex.ref(() => accountStats),
  recordsStats: lex.ref(() => recordsStats),
  accountStrike: lex.ref(() => accountStrike),
  ageAssuranceState: lex.string({knownValues: ['pending', 'assured', 'unknown', 'reset', 'blocked']}),
  ageAssuranceUpdatedBy: lex.string({knownValues: ['admin', 'user']}),
}, ['id', 'subject', 'createdAt', 'updatedAt', 'reviewState'])

/** Detailed view of a subject. For record subjects, the author's repo and profile will be returned. */
export type SubjectView = {
  $type?: 'tools.ozone.moderation.defs#subjectView'
  type: moderationDefs.SubjectType
  subject: string
  status?: SubjectStatusView
  repo?: RepoViewDetail
  profile?: lex.Other
  record?: RecordViewDetail
}
export const subjectView: lex.ObjectSchema<SubjectView> = lex.typed('tools.ozone.moderation.defs#subjectView', {
  type: lex.ref(() => moderationDefs.subjectType),
  subject: lex.string(),
  status: lex.ref(() => subjectStatusView),
  repo: lex.ref(() => repoViewDetail),
  profile: lex.union(() => []),
  record: lex.ref(() => recordViewDetail),
}, ['type', 'subject'])

/** Statistics about a particular account subject */
export type AccountStats = {
  $type?: 'tools.ozone.moderation.defs#accountStats'
  /** Total number of reports on the account */
  reportCount?: number
  /** Total number of appeals against a moderation action on the account */
  appealCount?: number
  /** Number of times the account was suspended */
  suspendCount?: number
  /** Number of times the account was escalated */
  escalateCount?: number
  /** Number of times the account was taken down */
  takedownCount?: number
}
export const accountStats: lex.ObjectSchema<AccountStats> = lex.typed('tools.ozone.moderation.defs#accountStats', {
  reportCount: lex.integer(),
  appealCount: lex.integer(),
  suspendCount: lex.integer(),
  escalateCount: lex.integer(),
  takedownCount: lex.integer(),
})

/** Statistics about a set of record subject items */
export type RecordsStats = {
  $type?: 'tools.ozone.moderation.defs#recordsStats'
  /** Cumulative sum of the number of reports on the items in the set */
  totalReports?: number
  /** Number of items that were reported at least once */
  reportedCount?: number
  /** Number of items that were escalated at least once */
  escalatedCount?: number
  /** Number of items that were appealed at least once */
  appealedCount?: number
  /** Total number of item in the set */
  subjectCount?: number
  /** Number of item currently in "reviewOpen" or "reviewEscalated" state */
  pendingCount?: number
  /** Number of item currently in "reviewNone" or "reviewClosed" state */
  processedCount?: number
  /** Number of item currently taken down */
  takendownCount?: number
}
export const recordsStats: lex.ObjectSchema<RecordsStats> = lex.typed('tools.ozone.moderation.defs#recordsStats', {
  totalReports: lex.integer(),
  reportedCount: lex.integer(),
  escalatedCount: lex.integer(),
  appealedCount: lex.integer(),
  subjectCount: lex.integer(),
  pendingCount: lex.integer(),
  processedCount: lex.integer(),
  takendownCount: lex.integer(),
})

/** Strike information for an account */
export type AccountStrike = {
  $type?: 'tools.ozone.moderation.defs#accountStrike'
  /** Current number of active strikes (excluding expired strikes) */
  activeStrikeCount?: number
  /** Total number of strikes ever received (including expired strikes) */
  totalStrikeCount?: number
  /** Timestamp of the first strike received */
  firstStrikeAt?: Datetime
  /** Timestamp of the most recent strike received */
  lastStrikeAt?: Datetime
}
export const accountStrike: lex.ObjectSchema<AccountStrike> = lex.typed('tools.ozone.moderation.defs#accountStrike', {
  activeStrikeCount: lex.integer(),
  totalStrikeCount: lex.integer(),
  firstStrikeAt: lex.string({format: 'datetime'}),
  lastStrikeAt: lex.string({format: 'datetime'}),
})

export type SubjectReviewState =
  | 'tools.ozone.moderation.defs#reviewOpen'
  | 'tools.ozone.moderation.defs#reviewEscalated'
  | 'tools.ozone.moderation.defs#reviewClosed'
  | 'tools.ozone.moderation.defs#reviewNone'
  | (string & {})
export const subjectReviewState: lex.StringSchema<SubjectReviewState> = lex.string({
  knownValues: [
    'tools.ozone.moderation.defs#reviewOpen',
    'tools.ozone.moderation.defs#reviewEscalated',
    'tools.ozone.moderation.defs#reviewClosed',
    'tools.ozone.moderation.defs#reviewNone',
  ],
})

/** Moderator review status of a subject: Open. Indicates that the subject needs to be reviewed by a moderator */
export type ReviewOpen = 'tools.ozone.moderation.defs#reviewOpen'
export const reviewOpen: lex.TokenSchema<ReviewOpen> = lex.token('tools.ozone.moderation.defs#reviewOpen')

/**
 * Moderator review status of a subject: Escalated. Indicates that the subject was escalated for review by a moderator
 */
export type ReviewEscalated = 'tools.ozone.moderation.defs#reviewEscalated'
export const reviewEscalated: lex.TokenSchema<ReviewEscalated> = lex.token('tools.ozone.moderation.defs#reviewEscalated')

/**
 * Moderator review status of a subject: Closed. Indicates that the subject was already reviewed and resolved by a
 * moderator
 */
export type ReviewClosed = 'tools.ozone.moderation.defs#reviewClosed'
export const reviewClosed: lex.TokenSchema<ReviewClosed> = lex.token('tools.ozone.moderation.defs#reviewClosed')

/**
 * Moderator review status of a subject: Unnecessary. Indicates that the subject does not need a review at the moment
 * but there is probably some moderation related metadata available for it
 */
export type ReviewNone = 'tools.ozone.moderation.defs#reviewNone'
export const reviewNone: lex.TokenSchema<ReviewNone> = lex.token('tools.ozone.moderation.defs#reviewNone')

/** Take down a subject permanently or temporarily */
export type ModEventTakedown = {
  $type?: 'tools.ozone.moderation.defs#modEventTakedown'
  comment?: string
  /** Indicates how long the takedown should be in effect before automatically expiring. */
  durationInHours?: number
  /** If true, all other reports on content authored by this account will be resolved (acknowledged). */
  acknowledgeAccountSubjects?: boolean
  /** Names/Keywords of the policies that drove the decision. */
  policies?: string[]
  /** Severity level of the violation (e.g., 'sev-0', 'sev-1', 'sev-2', etc.). */
  severityLevel?: string
  /**
   * List of services where the takedown should be applied. If empty or not provided, takedown is applied on all
   * configured services.
   */
  targetServices?: ('appview' | 'pds' | (string & {}))[]
  /** Number of strikes to assign to the user for this violation. */
  strikeCount?: number
  /** When the strike should expire. If not provided, the strike never expires. */
  strikeExpiresAt?: Datetime
}
export const modEventTakedown: lex.ObjectSchema<ModEventTakedown> = lex.typed('tools.ozone.moderation.defs#modEventTakedown', {
  comment: lex.string(),
  durationInHours: lex.integer(),
  acknowledgeAccountSubjects: lex.boolean(),
  policies: lex.array(lex.string(), {maxLength: 5}),
  severityLevel: lex.string(),
  targetServices: lex.array(lex.string({knownValues: ['appview', 'pds']})),
  strikeCount: lex.integer(),
  strikeExpiresAt: lex.string({format: 'datetime'}),
})

/** Revert take down action on a subject */
export type ModEventReverseTakedown = {
  $type?: 'tools.ozone.moderation.defs#modEventReverseTakedown'
  /** Describe reasoning behind the reversal. */
  comment?: string
  /** Names/Keywords of the policy infraction for which takedown is being reversed. */
  policies?: string[]
  /** Severity level of the violation. Usually set from the last policy infraction's severity. */
  severityLevel?: string
  /**
   * Number of strikes to subtract from the user's strike count. Usually set from the last policy infraction's severity.
   */
  strikeCount?: number
}
export const modEventReverseTakedown: lex.ObjectSchema<ModEventReverseTakedown> = lex.typed('tools.ozone.moderation.defs#modEventReverseTakedown', {
  comment: lex.string(),
  policies: lex.array(lex.string(), {maxLength: 5}),
  severityLevel: lex.string(),
  strikeCount: lex.integer(),
})

/** Resolve appeal on a subject */
export type ModEventResolveAppeal = {
  $type?: 'tools.ozone.moderation.defs#modEventResolveAppeal'
  /** Describe resolution. */
  comment?: string
}
export const modEventResolveAppeal: lex.ObjectSchema<ModEventResolveAppeal> = lex.typed('tools.ozone.moderation.defs#modEventResolveAppeal', {
  comment: lex.string(),
})

/** Add a comment to a subject. An empty comment will clear any previously set sticky comment. */
export type ModEventComment = {
  $type?: 'tools.ozone.moderation.defs#modEventComment'
  comment?: string
  /** Make the comment persistent on the subject */
  sticky?: boolean
}
export const modEventComment: lex.ObjectSchema<ModEventComment> = lex.typed('tools.ozone.moderation.defs#modEventComment', {
  comment: lex.string(),
  sticky: lex.boolean(),
})

/** Report a subject */
export type ModEventReport = {
  $type?: 'tools.ozone.moderation.defs#modEventReport'
  comment?: string
  /**
   * Set to true if the reporter was muted from reporting at the time of the event. These reports won't impact the
   * reviewState of the subject.
   */
  isReporterMuted?: boolean
  reportType: moderationDefs.ReasonType
}
export const modEventReport: lex.ObjectSchema<ModEventReport> = lex.typed('tools.ozone.moderation.defs#modEventReport', {
  comment: lex.string(),
  isReporterMuted: lex.boolean(),
  reportType: lex.ref(() => moderationDefs.reasonType),
}, ['reportType'])

/** Apply/Negate labels on a subject */
export type ModEventLabel = {
  $type?: 'tools.ozone.moderation.defs#modEventLabel'
  comment?: string
  createLabelVals: string[]
  negateLabelVals: string[]
  /** Indicates how long the label will remain on the subject. Only applies on labels that are being added. */
  durationInHours?: number
}
export const modEventLabel: lex.ObjectSchema<ModEventLabel> = lex.typed('tools.ozone.moderation.defs#modEventLabel', {
  comment: lex.string(),
  createLabelVals: lex.array(lex.string()),
  negateLabelVals: lex.array(lex.string()),
  durationInHours: lex.integer(),
}, ['createLabelVals', 'negateLabelVals'])

/** Set priority score of the subject. Higher score means higher priority. */
export type ModEventPriorityScore = {
  $type?: 'tools.ozone.moderation.defs#modEventPriorityScore'
  comment?: string
  score: number
}
export const modEventPriorityScore: lex.ObjectSchema<ModEventPriorityScore> = lex.typed('tools.ozone.moderation.defs#modEventPriorityScore', {
  comment: lex.string(),
  score: lex.integer({minimum: 0, maximum: 100}),
}, ['score'])

/** Age assurance info coming directly from users. Only works on DID subjects. */
export type AgeAssuranceEvent = {
  $type?: 'tools.ozone.moderation.defs#ageAssuranceEvent'
  /** The date and time of this write operation. */
  createdAt: Datetime
  /** The unique identifier for this instance of the age assurance flow, in UUID format. */
  attemptId: string
  /** The status of the Age Assurance process. */
  status: 'unknown' | 'pending' | 'assured' | (string & {})
  access?: ageassuranceDefs.Access
  /** The ISO 3166-1 alpha-2 country code provided when beginning the Age Assurance flow. */
  countryCode?: string
  /** The ISO 3166-2 region code provided when beginning the Age Assurance flow. */
  regionCode?: string
  /** The IP address used when initiating the AA flow. */
  initIp?: string
  /** The user agent used when initiating the AA flow. */
  initUa?: string
  /** The IP address used when completing the AA flow. */
  completeIp?: string
  /** The user agent used when completing the AA flow. */
  completeUa?: string
}
export const ageAssuranceEvent: lex.ObjectSchema<AgeAssuranceEvent> = lex.typed('tools.ozone.moderation.defs#ageAssuranceEvent', {
  createdAt: lex.string({format: 'datetime'}),
  attemptId: lex.string(),
  status: lex.string({knownValues: ['unknown', 'pending', 'assured']}),
  access: lex.ref(() => ageassuranceDefs.access),
  countryCode: lex.string(),
  regionCode: lex.string(),
  initIp: lex.string(),
  initUa: lex.string(),
  completeIp: lex.string(),
  completeUa: lex.string(),
}, ['createdAt', 'status', 'attemptId'])

/** Age assurance status override by moderators. Only works on DID subjects. */
export type AgeAssuranceOverrideEvent = {
  $type?: 'tools.ozone.moderation.defs#ageAssuranceOverrideEvent'
  /**
   * The status to be set for the user decided by a moderator, overriding whatever value the user had previously. Use
   * reset to default to original state.
   */
  status: 'assured' | 'reset' | 'blocked' | (string & {})
  access?: ageassuranceDefs.Access
  /** Comment describing the reason for the override. */
  comment: string
}
export const ageAssuranceOverrideEvent: lex.ObjectSchema<AgeAssuranceOverrideEvent> = lex.typed('tools.ozone.moderation.defs#ageAssuranceOverrideEvent', {
  status: lex.string({knownValues: ['assured', 'reset', 'blocked']}),
  access: lex.ref(() => ageassuranceDefs.access),
  comment: lex.string({minLength: 1}),
}, ['comment', 'status'])

/** Purges all age assurance events for the subject. Only works on DID subjects. Moderator-only. */
export type AgeAssurancePurgeEvent = {
  $type?: 'tools.ozone.moderation.defs#ageAssurancePurgeEvent'
  /** Comment describing the reason for the purge. */
  comment: string
}
export const ageAssurancePurgeEvent: lex.ObjectSchema<AgeAssurancePurgeEvent> = lex.typed('tools.ozone.moderation.defs#ageAssurancePurgeEvent', {
  comment: lex.string({minLength: 1}),
}, ['comment'])

/** Account credentials revocation by moderators. Only works on DID subjects. */
export type RevokeAccountCredentialsEvent = {
  $type?: 'tools.ozone.moderation.defs#revokeAccountCredentialsEvent'
  /** Comment describing the reason for the revocation. */
  comment: string
}
export const revokeAccountCredentialsEvent: lex.ObjectSchema<RevokeAccountCredentialsEvent> = lex.typed('tools.ozone.moderation.defs#revokeAccountCredentialsEvent', {
  comment: lex.string({minLength: 1}),
}, ['comment'])

export type ModEventAcknowledge = {
  $type?: 'tools.ozone.moderation.defs#modEventAcknowledge'
  comment?: string
  /** If true, all other reports on content authored by this account will be resolved (acknowledged). */
  acknowledgeAccountSubjects?: boolean
}
export const modEventAcknowledge: lex.ObjectSchema<ModEventAcknowledge> = lex.typed('tools.ozone.moderation.defs#modEventAcknowledge', {
  comment: lex.string(),
  acknowledgeAccountSubjects: lex.boolean(),
})

export type ModEventEscalate = {
  $type?: 'tools.ozone.moderation.defs#modEventEscalate'
  comment?: string
}
export const modEventEscalate: lex.ObjectSchema<ModEventEscalate> = lex.typed('tools.ozone.moderation.defs#modEventEscalate', {
  comment: lex.string(),
})

/** Mute incoming reports on a subject */
export type ModEventMute = {
  $type?: 'tools.ozone.moderation.defs#modEventMute'
  comment?: string
  /** Indicates how long the subject should remain muted. */
  durationInHours: number
}
export const modEventMute: lex.ObjectSchema<ModEventMute> = lex.typed('tools.ozone.moderation.defs#modEventMute', {
  comment: lex.string(),
  durationInHours: lex.integer(),
}, ['durationInHours'])

/** Unmute action on a subject */
export type ModEventUnmute = {
  $type?: 'tools.ozone.moderation.defs#modEventUnmute'
  /** Describe reasoning behind the reversal. */
  comment?: string
}
export const modEventUnmute: lex.ObjectSchema<ModEventUnmute> = lex.typed('tools.ozone.moderation.defs#modEventUnmute', {
  comment: lex.string(),
})

/** Mute incoming reports from an account */
export type ModEventMuteReporter = {
  $type?: 'tools.ozone.moderation.defs#modEventMuteReporter'
  comment?: string
  /** Indicates how long the account should remain muted. Falsy value here means a permanent mute. */
  durationInHours?: number
}
export const modEventMuteReporter: lex.ObjectSchema<ModEventMuteReporter> = lex.typed('tools.ozone.moderation.defs#modEventMuteReporter', {
  comment: lex.string(),
  durationInHours: lex.integer(),
})

/** Unmute incoming reports from an account */
export type ModEventUnmuteReporter = {
  $type?: 'tools.ozone.moderation.defs#modEventUnmuteReporter'
  /** Describe reasoning behind the reversal. */
  comment?: string
}
export const modEventUnmuteReporter: lex.ObjectSchema<ModEventUnmuteReporter> = lex.typed('tools.ozone.moderation.defs#modEventUnmuteReporter', {
  comment: lex.string(),
})

/** Keep a log of outgoing email to a user */
export type ModEventEmail = {
  $type?: 'tools.ozone.moderation.defs#modEventEmail'
  /** The subject line of the email sent to the user. */
  subjectLine: string
  /** The content of the email sent to the user. */
  content?: string
  /** Additional comment about the outgoing comm. */
  comment?: string
  /** Names/Keywords of the policies that necessitated the email. */
  policies?: string[]
  /** Severity level of the violation. Normally 'sev-1' that adds strike on repeat offense */
  severityLevel?: string
  /**
   * Number of strikes to assign to the user for this violation. Normally 0 as an indicator of a warning and only added
   * as a strike on a repeat offense.
   */
  strikeCount?: number
  /** When the strike should expire. If not provided, the strike never expires. */
  strikeExpiresAt?: Datetime
  /** Indicates whether the email was successfully delivered to the user's inbox. */
  isDelivered?: boolean
}
export const modEventEmail: lex.ObjectSchema<ModEventEmail> = lex.typed('tools.ozone.moderation.defs#modEventEmail', {
  subjectLine: lex.string(),
  content: lex.string(),
  comment: lex.string(),
  policies: lex.array(lex.string(), {maxLength: 5}),
  severityLevel: lex.string(),
  strikeCount: lex.integer(),
  strikeExpiresAt: lex.string({format: 'datetime'}),
  isDelivered: lex.boolean(),
}, ['subjectLine'])

/** Divert a record's blobs to a 3rd party service for further scanning/tagging */
export type ModEventDivert = {
  $type?: 'tools.ozone.moderation.defs#modEventDivert'
  comment?: string
}
export const modEventDivert: lex.ObjectSchema<ModEventDivert> = lex.typed('tools.ozone.moderation.defs#modEventDivert', {
  comment: lex.string(),
})

/** Add/Remove a tag on a subject */
export type ModEventTag = {
  $type?: 'tools.ozone.moderation.defs#modEventTag'
  /** Tags to be added to the subject. If already exists, won't be duplicated. */
  add: string[]
  /** Tags to be removed to the subject. Ignores a tag If it doesn't exist, won't be duplicated. */
  remove: string[]
  /** Additional comment about added/removed tags. */
  comment?: string
  /**
   * Indicates how long the tags being added should remain before automatically being removed. Only applies to tags
   * being added.
   */
  durationInHours?: number
}
export const modEventTag: lex.ObjectSchema<ModEventTag> = lex.typed('tools.ozone.moderation.defs#modEventTag', {
  add: lex.array(lex.string()),
  remove: lex.array(lex.string()),
  comment: lex.string(),
  durationInHours: lex.integer(),
}, ['add', 'remove'])

/**
 * Logs account status related events on a repo subject. Normally captured by automod from the firehose and emitted to
 * ozone for historical tracking.
 */
export type AccountEvent = {
  $type?: 'tools.ozone.moderation.defs#accountEvent'
  comment?: string
  /** Indicates that the account has a repository which can be fetched from the host that emitted this event. */
  active: boolean
  status?:
    | 'unknown'
    | 'deactivated'
    | 'deleted'
    | 'takendown'
    | 'suspended'
    | 'tombstoned'
    | (string & {})
  timestamp: Datetime
}
export const accountEvent: lex.ObjectSchema<AccountEvent> = lex.typed('tools.ozone.moderation.defs#accountEvent', {
  comment: lex.string(),
  active: lex.boolean(),
  status: lex.string({
    knownValues: [
      'unknown',
      'deactivated',
      'deleted',
      'takendown',
      'suspended',
      'tombstoned',
    ],
  }),
  timestamp: lex.string({format: 'datetime'}),
}, ['timestamp', 'active'])

/**
 * Logs identity related events on a repo subject. Normally captured by automod from the firehose and emitted to ozone
 * for historical tracking.
 */
export type IdentityEvent = {
  $type?: 'tools.ozone.moderation.defs#identityEvent'
  comment?: string
  handle?: Handle
  pdsHost?: Uri
  tombstone?: boolean
  timestamp: Datetime
}
export const identityEvent: lex.ObjectSchema<IdentityEvent> = lex.typed('tools.ozone.moderation.defs#identityEvent', {
  comment: lex.string(),
  handle: lex.string({format: 'handle'}),
  pdsHost: lex.string({format: 'uri'}),
  tombstone: lex.boolean(),
  timestamp: lex.string({format: 'datetime'}),
}, ['timestamp'])

/**
 * Logs lifecycle event on a record subject. Normally captured by automod from the firehose and emitted to ozone for
 * historical tracking.
 */
export type RecordEvent = {
  $type?: 'tools.ozone.moderation.defs#recordEvent'
  comment?: string
  op: 'create' | 'update' | 'delete' | (string & {})
  cid?: CidString
  timestamp: Datetime
}
export const recordEvent: lex.ObjectSchema<RecordEvent> = lex.typed('tools.ozone.moderation.defs#recordEvent', {
  comment: lex.string(),
  op: lex.string({knownValues: ['create', 'update', 'delete']}),
  cid: lex.string({format: 'cid'}),
  timestamp: lex.string({format: 'datetime'}),
}, ['timestamp', 'op'])

/** Logs a scheduled takedown action for an account. */
export type ScheduleTakedownEvent = {
  $type?: 'tools.ozone.moderation.defs#scheduleTakedownEvent'
  comment?: string
  executeAt?: Datetime
  executeAfter?: Datetime
  executeUntil?: Datetime
}
export const scheduleTakedownEvent: lex.ObjectSchema<ScheduleTakedownEvent> = lex.typed('tools.ozone.moderation.defs#scheduleTakedownEvent', {
  comment: lex.string(),
  executeAt: lex.string({format: 'datetime'}),
  executeAfter: lex.string({format: 'datetime'}),
  executeUntil: lex.string({format: 'datetime'}),
})

/** Logs cancellation of a scheduled takedown action for an account. */
export type CancelScheduledTakedownEvent = {
  $type?: 'tools.ozone.moderation.defs#cancelScheduledTakedownEvent'
  comment?: string
}
export const cancelScheduledTakedownEvent: lex.ObjectSchema<CancelScheduledTakedownEvent> = lex.typed('tools.ozone.moderation.defs#cancelScheduledTakedownEvent', {
  comment: lex.string(),
})

export type RepoView = {
  $type?: 'tools.ozone.moderation.defs#repoView'
  did: Did
  handle: Handle
  email?: string
  relatedRecords: lex.Unknown[]
  indexedAt: Datetime
  moderation: Moderation
  invitedBy?: serverDefs.InviteCode
  invitesDisabled?: boolean
  inviteNote?: string
  deactivatedAt?: Datetime
  threatSignatures?: adminDefs.ThreatSignature[]
}
export const repoView: lex.ObjectSchema<RepoView> = lex.typed('tools.ozone.moderation.defs#repoView', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  email: lex.string(),
  relatedRecords: lex.array(lex.unknown()),
  indexedAt: lex.string({format: 'datetime'}),
  moderation: lex.ref(() => moderation),
  invitedBy: lex.ref(() => serverDefs.inviteCode),
  invitesDisabled: lex.boolean(),
  inviteNote: lex.string(),
  deactivatedAt: lex.string({format: 'datetime'}),
  threatSignatures: lex.array(lex.ref(() => adminDefs.threatSignature)),
}, ['did', 'handle', 'relatedRecords', 'indexedAt', 'moderation'])

export type RepoViewDetail = {
  $type?: 'tools.ozone.moderation.defs#repoViewDetail'
  did: Did
  handle: Handle
  email?: string
  relatedRecords: lex.Unknown[]
  indexedAt: Datetime
  moderation: ModerationDetail
  labels?: labelDefs.Label[]
  invitedBy?: serverDefs.InviteCode
  invites?: serverDefs.InviteCode[]
  invitesDisabled?: boolean
  inviteNote?: string
  emailConfirmedAt?: Datetime
  deactivatedAt?: Datetime
  threatSignatures?: adminDefs.ThreatSignature[]
}
export const repoViewDetail: lex.ObjectSchema<RepoViewDetail> = lex.typed('tools.ozone.moderation.defs#repoViewDetail', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  email: lex.string(),
  relatedRecords: lex.array(lex.unknown()),
  indexedAt: lex.string({format: 'datetime'}),
  moderation: lex.ref(() => moderationDetail),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  invitedBy: lex.ref(() => serverDefs.inviteCode),
  invites: lex.array(lex.ref(() => serverDefs.inviteCode)),
  invitesDisabled: lex.boolean(),
  inviteNote: lex.string(),
  emailConfirmedAt: lex.string({format: 'datetime'}),
  deactivatedAt: lex.string({format: 'datetime'}),
  threatSignatures: lex.array(lex.ref(() => adminDefs.threatSignature)),
}, ['did', 'handle', 'relatedRecords', 'indexedAt', 'moderation'])

export type RepoViewNotFound = {
  $type?: 'tools.ozone.moderation.defs#repoViewNotFound'
  did: Did
}
export const repoViewNotFound: lex.ObjectSchema<RepoViewNotFound> = lex.typed('tools.ozone.moderation.defs#repoViewNotFound', {
  did: lex.string({format: 'did'}),
}, ['did'])

export type RecordView = {
  $type?: 'tools.ozone.moderation.defs#recordView'
  uri: AtUri
  cid: CidString
  value: lex.Unknown
  blobCids: CidString[]
  indexedAt: Datetime
  moderation: Moderation
  repo: RepoView
}
export const recordView: lex.ObjectSchema<RecordView> = lex.typed('tools.ozone.moderation.defs#recordView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  value: lex.unknown(),
  blobCids: lex.array(lex.string({format: 'cid'})),
  indexedAt: lex.string({format: 'datetime'}),
  moderation: lex.ref(() => moderation),
  repo: lex.ref(() => repoView),
}, ['uri', 'cid', 'value', 'blobCids', 'indexedAt', 'moderation', 'repo'])

export type RecordViewDetail = {
  $type?: 'tools.ozone.moderation.defs#recordViewDetail'
  uri: AtUri
  cid: CidString
  value: lex.Unknown
  blobs: BlobView[]
  labels?: labelDefs.Label[]
  indexedAt: Datetime
  moderation: ModerationDetail
  repo: RepoView
}
export const recordViewDetail: lex.ObjectSchema<RecordViewDetail> = lex.typed('tools.ozone.moderation.defs#recordViewDetail', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  value: lex.unknown(),
  blobs: lex.array(lex.ref(() => blobView)),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  indexedAt: lex.string({format: 'datetime'}),
  moderation: lex.ref(() => moderationDetail),
  repo: lex.ref(() => repoView),
}, ['uri', 'cid', 'value', 'blobs', 'indexedAt', 'moderation', 'repo'])

export type RecordViewNotFound = {
  $type?: 'tools.ozone.moderation.defs#recordViewNotFound'
  uri: AtUri
}
export const recordViewNotFound: lex.ObjectSchema<RecordViewNotFound> = lex.typed('tools.ozone.moderation.defs#recordViewNotFound', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

export type ConvoView = {
  $type?: 'tools.ozone.moderation.defs#convoView'
  did: Did
  convoId: string
}
export const convoView: lex.ObjectSchema<ConvoView> = lex.typed('tools.ozone.moderation.defs#convoView', {
  did: lex.string({format: 'did'}),
  convoId: lex.string(),
}, ['did', 'convoId'])

export type Moderation = {
  $type?: 'tools.ozone.moderation.defs#moderation'
  subjectStatus?: SubjectStatusView
}
export const moderation: lex.ObjectSchema<Moderation> = lex.typed('tools.ozone.moderation.defs#moderation', {
  subjectStatus: lex.ref(() => subjectStatusView),
})

export type ModerationDetail = {
  $type?: 'tools.ozone.moderation.defs#moderationDetail'
  subjectStatus?: SubjectStatusView
}
export const moderationDetail: lex.ObjectSchema<ModerationDetail> = lex.typed('tools.ozone.moderation.defs#moderationDetail', {
  subjectStatus: lex.ref(() => subjectStatusView),
})

export type BlobView = {
  $type?: 'tools.ozone.moderation.defs#blobView'
  cid: CidString
  mimeType: string
  size: number
  createdAt: Datetime
  details?: lex.Typed<ImageDetails> | lex.Typed<VideoDetails> | lex.Other
  moderation?: Moderation
}
export const blobView: lex.ObjectSchema<BlobView> = lex.typed('tools.ozone.moderation.defs#blobView', {
  cid: lex.string({format: 'cid'}),
  mimeType: lex.string(),
  size: lex.integer(),
  createdAt: lex.string({format: 'datetime'}),
  details: lex.union(() => [imageDetails, videoDetails]),
  moderation: lex.ref(() => moderation),
}, ['cid', 'mimeType', 'size', 'createdAt'])

export type ImageDetails = {
  $type?: 'tools.ozone.moderation.defs#imageDetails'
  width: number
  height: number
}
export const imageDetails: lex.ObjectSchema<ImageDetails> = lex.typed('tools.ozone.moderation.defs#imageDetails', {
  width: lex.integer(),
  height: lex.integer(),
}, ['width', 'height'])

export type VideoDetails = {
  $type?: 'tools.ozone.moderation.defs#videoDetails'
  width: number
  height: number
  length: number
}
export const videoDetails: lex.ObjectSchema<VideoDetails> = lex.typed('tools.ozone.moderation.defs#videoDetails', {
  width: lex.integer(),
  height: lex.integer(),
  length: lex.integer(),
}, ['width', 'height', 'length'])

export type AccountHosting = {
  $type?: 'tools.ozone.moderation.defs#accountHosting'
  status:
    | 'takendown'
    | 'suspended'
    | 'deleted'
    | 'deactivated'
    | 'unknown'
    | (string & {})
  updatedAt?: Datetime
  createdAt?: Datetime
  deletedAt?: Datetime
  deactivatedAt?: Datetime
  reactivatedAt?: Datetime
}
export const accountHosting: lex.ObjectSchema<AccountHosting> = lex.typed('tools.ozone.moderation.defs#accountHosting', {
  status: lex.string({knownValues: ['takendown', 'suspended', 'deleted', 'deactivated', 'unknown']}),
  updatedAt: lex.string({format: 'datetime'}),
  createdAt: lex.string({format: 'datetime'}),
  deletedAt: lex.string({format: 'datetime'}),
  deactivatedAt: lex.string({format: 'datetime'}),
  reactivatedAt: lex.string({format: 'datetime'}),
}, ['status'])

export type RecordHosting = {
  $type?: 'tools.ozone.moderation.defs#recordHosting'
  status: 'deleted' | 'unknown' | (string & {})
  updatedAt?: Datetime
  createdAt?: Datetime
  deletedAt?: Datetime
}
export const recordHosting: lex.ObjectSchema<RecordHosting> = lex.typed('tools.ozone.moderation.defs#recordHosting', {
  status: lex.string({knownValues: ['deleted', 'unknown']}),
  updatedAt: lex.string({format: 'datetime'}),
  createdAt: lex.string({format: 'datetime'}),
  deletedAt: lex.string({format: 'datetime'}),
}, ['status'])

export type ReporterStats = {
  $type?: 'tools.ozone.moderation.defs#reporterStats'
  did: Did
  /** The total number of reports made by the user on accounts. */
  accountReportCount: number
  /** The total number of reports made by the user on records. */
  recordReportCount: number
  /** The total number of accounts reported by the user. */
  reportedAccountCount: number
  /** The total number of records reported by the user. */
  reportedRecordCount: number
  /** The total number of accounts taken down as a result of the user's reports. */
  takendownAccountCount: number
  /** The total number of records taken down as a result of the user's reports. */
  takendownRecordCount: number
  /** The total number of accounts labeled as a result of the user's reports. */
  labeledAccountCount: number
  /** The total number of records labeled as a result of the user's reports. */
  labeledRecordCount: number
}
export const reporterStats: lex.ObjectSchema<ReporterStats> = lex.typed('tools.ozone.moderation.defs#reporterStats', {
  did: lex.string({format: 'did'}),
  accountReportCount: lex.integer(),
  recordReportCount: lex.integer(),
  reportedAccountCount: lex.integer(),
  reportedRecordCount: lex.integer(),
  takendownAccountCount: lex.integer(),
  takendownRecordCount: lex.integer(),
  labeledAccountCount: lex.integer(),
  labeledRecordCount: lex.integer(),
}, [
  'did',
  'accountReportCount',
  'recordReportCount',
  'reportedAccountCount',
  'reportedRecordCount',
  'takendownAccountCount',
  'takendownRecordCount',
  'labeledAccountCount',
  'labeledRecordCount',
])

/** Moderation tool information for tracing the source of the action */
export type ModTool = {
  $type?: 'tools.ozone.moderation.defs#modTool'
  /** Name/identifier of the source (e.g., 'automod', 'ozone/workspace') */
  name: string
  /** Additional arbitrary metadata about the source */
  meta?: lex.Unknown
}
export const modTool: lex.ObjectSchema<ModTool> = lex.typed('tools.ozone.moderation.defs#modTool', {
  name: lex.string(),
  meta: lex.unknown(),
}, ['name'])

/** Moderation event timeline event for a PLC create operation */
export type TimelineEventPlcCreate = 'tools.ozone.moderation.defs#timelineEventPlcCreate'
export const timelineEventPlcCreate: lex.TokenSchema<TimelineEventPlcCreate> = lex.token('tools.ozone.moderation.defs#timelineEventPlcCreate')

/** Moderation event timeline event for generic PLC operation */
export type TimelineEventPlcOperation = 'tools.ozone.moderation.defs#timelineEventPlcOperation'
export const timelineEventPlcOperation: lex.TokenSchema<TimelineEventPlcOperation> = lex.token('tools.ozone.moderation.defs#timelineEventPlcOperation')

/** Moderation event timeline event for a PLC tombstone operation */
export type TimelineEventPlcTombstone = 'tools.ozone.moderation.defs#timelineEventPlcTombstone'
export const timelineEventPlcTombstone: lex.TokenSchema<TimelineEventPlcTombstone> = lex.token('tools.ozone.moderation.defs#timelineEventPlcTombstone')

/** View of a scheduled moderation action */
export type ScheduledActionView = {
  $type?: 'tools.ozone.moderation.defs#scheduledActionView'
  /** Auto-incrementing row ID */
  id: number
  /** Type of action to be executed */
  action: 'takedown' | (string & {})
  /** Serialized event object that will be propagated to the event when performed */
  eventData?: lex.Unknown
  /** Subject DID for the action */
  did: Did
  /** Exact time to execute the action */
  executeAt?: Datetime
  /** Earliest time to execute the action (for randomized scheduling) */
  executeAfter?: Datetime
  /** Latest time to execute the action (for randomized scheduling) */
  executeUntil?: Datetime
  /** Whether execution time should be randomized within the specified range */
  randomizeExecution?: boolean
  /** DID of the user who created this scheduled action */
  createdBy: Did
  /** When the scheduled action was created */
  createdAt: Datetime
  /** When the scheduled action was last updated */
  updatedAt?: Datetime
  /** Current status of the scheduled action */
  status: 'pending' | 'executed' | 'cancelled' | 'failed' | (string & {})
  /** When the action was last attempted to be executed */
  lastExecutedAt?: Datetime
  /** Reason for the last execution failure */
  lastFailureReason?: string
  /** ID of the moderation event created when action was successfully executed */
  executionEventId?: number
}
export const scheduledActionView: lex.ObjectSchema<ScheduledActionView> = lex.typed('tools.ozone.moderation.defs#scheduledActionView', {
  id: lex.integer(),
  action: lex.string({knownValues: ['takedown']}),
  eventData: lex.unknown(),
  did: lex.string({format: 'did'}),
  executeAt: lex.string({format: 'datetime'}),
  executeAfter: lex.string({format: 'datetime'}),
  executeUntil: lex.string({format: 'datetime'}),
  randomizeExecution: lex.boolean(),
  createdBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
  status: lex.string({knownValues: ['pending', 'executed', 'cancelled', 'failed']}),
  lastExecutedAt: lex.string({format: 'datetime'}),
  lastFailureReason: lex.string(),
  executionEventId: lex.integer(),
}, ['id', 'action', 'did', 'createdBy', 'createdAt', 'status'])
