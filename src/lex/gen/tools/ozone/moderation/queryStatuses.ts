// Generated from lexicons/tools/ozone/moderation/queryStatuses.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  /** Number of queues being used by moderators. Subjects will be split among all queues. */
  queueCount?: number
  /** Index of the queue to fetch subjects from. Works only when queueCount value is specified. */
  queueIndex?: number
  /** A seeder to shuffle/balance the queue items. */
  queueSeed?: string
  /**
   * All subjects, or subjects from given 'collections' param, belonging to the account specified in the 'subject' param
   * will be returned.
   */
  includeAllUserRecords?: boolean
  /** The subject to get the status for. */
  subject?: Uri
  /** Search subjects by keyword from comments */
  comment?: string
  /** Search subjects reported after a given timestamp */
  reportedAfter?: Datetime
  /** Search subjects reported before a given timestamp */
  reportedBefore?: Datetime
  /** Search subjects reviewed after a given timestamp */
  reviewedAfter?: Datetime
  /** Search subjects where the associated record/account was deleted after a given timestamp */
  hostingDeletedAfter?: Datetime
  /** Search subjects where the associated record/account was deleted before a given timestamp */
  hostingDeletedBefore?: Datetime
  /** Search subjects where the associated record/account was updated after a given timestamp */
  hostingUpdatedAfter?: Datetime
  /** Search subjects where the associated record/account was updated before a given timestamp */
  hostingUpdatedBefore?: Datetime
  /** Search subjects by the status of the associated record/account */
  hostingStatuses?: string[]
  /** Search subjects reviewed before a given timestamp */
  reviewedBefore?: Datetime
  /** By default, we don't include muted subjects in the results. Set this to true to include them. */
  includeMuted?: boolean
  /** When set to true, only muted subjects and reporters will be returned. */
  onlyMuted?: boolean
  /** Specify when fetching subjects in a certain state */
  reviewState?:
    | 'tools.ozone.moderation.defs#reviewOpen'
    | 'tools.ozone.moderation.defs#reviewClosed'
    | 'tools.ozone.moderation.defs#reviewEscalated'
    | 'tools.ozone.moderation.defs#reviewNone'
    | (string & {})
  ignoreSubjects?: Uri[]
  /** Get all subject statuses that were reviewed by a specific moderator */
  lastReviewedBy?: Did
  sortField?:
    | 'lastReviewedAt'
    | 'lastReportedAt'
    | 'reportedRecordsCount'
    | 'takendownRecordsCount'
    | 'priorityScore'
  sortDirection?: 'asc' | 'desc'
  /** Get subjects that were taken down */
  takendown?: boolean
  /** Get subjects in unresolved appealed status */
  appealed?: boolean
  limit?: number
  tags?: string[]
  excludeTags?: string[]
  cursor?: string
  /**
   * If specified, subjects belonging to the given collections will be returned. When subjectType is set to 'account',
   * this will be ignored.
   */
  collections?: Nsid[]
  /**
   * If specified, subjects of the given type (account, record, or conversation) will be returned. When this is set to
   * 'account' the 'collections' parameter will be ignored. When includeAllUserRecords or subject is set, this will be
   * ignored.
   */
  subjectType?: 'account' | 'record' | 'conversation' | (string & {})
  /** If specified, only subjects that belong to an account that has at least this many suspensions will be returned. */
  minAccountSuspendCount?: number
  /**
   * If specified, only subjects that belong to an account that has at least this many reported records will be
   * returned.
   */
  minReportedRecordsCount?: number
  /**
   * If specified, only subjects that belong to an account that has at least this many taken down records will be
   * returned.
   */
  minTakendownRecordsCount?: number
  /** If specified, only subjects that have priority score value above the given value will be returned. */
  minPriorityScore?: number
  /**
   * If specified, only subjects that belong to an account that has at least this many active strikes will be returned.
   */
  minStrikeCount?: number
  /** If specified, only subjects with the given age assurance state will be returned. */
  ageAssuranceState?: 'pending' | 'assured' | 'unknown' | 'reset' | 'blocked' | (string & {})
}
export type Output = {
  cursor?: string
  subjectStatuses: moderationDefs.SubjectStatusView[]
}
export type ErrorName = never
/** View moderation statuses of subjects (record or repo). */
export const queryStatuses: lex.Query<Params, Output, ErrorName, 'sortField' | 'sortDirection' | 'limit'> = lex.query(
  'tools.ozone.moderation.queryStatuses',
  {
    params: lex.params({
      queueCount: lex.integer(),
      queueIndex: lex.integer(),
      queueSeed: lex.string(),
      includeAllUserRecords: lex.boolean(),
      subject: lex.string({format: 'uri'}),
      comment: lex.string(),
      reportedAfter: lex.string({format: 'datetime'}),
      reportedBefore: lex.string({format: 'datetime'}),
      reviewedAfter: lex.string({format: 'datetime'}),
      hostingDeletedAfter: lex.string({format: 'datetime'}),
      hostingDeletedBefore: lex.string({format: 'datetime'}),
      hostingUpdatedAfter: lex.string({format: 'datetime'}),
      hostingUpdatedBefore: lex.string({format: 'datetime'}),
      hostingStatuses: lex.array(lex.string()),
      reviewedBefore: lex.string({format: 'datetime'}),
      includeMuted: lex.boolean(),
      onlyMuted: lex.boolean(),
      reviewState: lex.string({
        knownValues: [
          'tools.ozone.moderation.defs#reviewOpen',
          'tools.ozone.moderation.defs#reviewClosed',
          'tools.ozone.moderation.defs#reviewEscalated',
          'tools.ozone.moderation.defs#reviewNone',
        ],
      }),
      ignoreSubjects: lex.array(lex.string({format: 'uri'})),
      lastReviewedBy: lex.string({format: 'did'}),
      sortField: lex.string({
        default: 'lastReportedAt',
        enum: [
          'lastReviewedAt',
          'lastReportedAt',
          'reportedRecordsCount',
          'takendownRecordsCount',
          'priorityScore',
        ],
      }),
      sortDirection: lex.string({default: 'desc', enum: ['asc', 'desc']}),
      takendown: lex.boolean(),
      appealed: lex.boolean(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      tags: lex.array(lex.string(), {maxLength: 25}),
      excludeTags: lex.array(lex.string()),
      cursor: lex.string(),
      collections: lex.array(lex.string({format: 'nsid'}), {maxLength: 20}),
      subjectType: lex.string({knownValues: ['account', 'record', 'conversation']}),
      minAccountSuspendCount: lex.integer(),
      minReportedRecordsCount: lex.integer(),
      minTakendownRecordsCount: lex.integer(),
      minPriorityScore: lex.integer({minimum: 0, maximum: 100}),
      minStrikeCount: lex.integer({minimum: 1}),
      ageAssuranceState: lex.string({knownValues: ['pending', 'assured', 'unknown', 'reset', 'blocked']}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      subjectStatuses: lex.array(lex.ref(() => moderationDefs.subjectStatusView)),
    }, ['subjectStatuses'])),
  },
)

export {queryStatuses as main}
