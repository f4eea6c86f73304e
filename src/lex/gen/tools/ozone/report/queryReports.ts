// Generated from lexicons/tools/ozone/report/queryReports.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {
  /** Filter by queue ID. Use -1 for unassigned reports. */
  queueId?: number
  /** Filter by report types (fully qualified string in the format of com.atproto.moderation.defs#reason<name>). */
  reportTypes?: string[]
  /** Filter by report status. */
  status: 'open' | 'closed' | 'escalated' | 'queued' | 'assigned' | (string & {})
  /** Filter by subject DID or AT-URI. */
  subject?: Uri
  /**
   * Filter to reports where the subject is this DID or any record owned by this DID. Unlike `subject` (which scopes to
   * a specific account or record), this returns all reports tied to the DID across both account-level and record-level
   * subjects.
   */
  did?: Did
  /** If specified, reports of the given subject type will be returned. */
  subjectType?: 'account' | 'record' | 'message' | 'conversation' | (string & {})
  /**
   * If specified, reports where the subject belongs to the given collections will be returned. When subjectType is set
   * to 'account', this will be ignored.
   */
  collections?: Nsid[]
  /** Retrieve reports created after a given timestamp */
  reportedAfter?: Datetime
  /** Retrieve reports created before a given timestamp */
  reportedBefore?: Datetime
  /** Filter by muted status. true returns only muted reports, false returns only unmuted reports. Defaults to false. */
  isMuted?: boolean
  /** Filter by the DID of the moderator permanently assigned to the report. */
  assignedTo?: Did
  sortField?: 'createdAt' | 'updatedAt'
  sortDirection?: 'asc' | 'desc'
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  reports: reportDefs.ReportView[]
}
export type ErrorName = never
/**
 * View moderation reports. Reports are individual instances of content being reported, as opposed to subject statuses
 * which aggregate reports at the subject level.
 */
export const queryReports: lex.Query<Params, Output, ErrorName, 'isMuted' | 'sortField' | 'sortDirection' | 'limit'> = lex.query(
  'tools.ozone.report.queryReports',
  {
    params: lex.params({
      queueId: lex.integer(),
      reportTypes: lex.array(lex.string()),
      status: lex.string({knownValues: ['open', 'closed', 'escalated', 'queued', 'assigned']}),
      subject: lex.string({format: 'uri'}),
      did: lex.string({format: 'did'}),
      subjectType: lex.string({knownValues: ['account', 'record', 'message', 'conversation']}),
      collections: lex.array(lex.string({format: 'nsid'}), {maxLength: 20}),
      reportedAfter: lex.string({format: 'datetime'}),
      reportedBefore: lex.string({format: 'datetime'}),
      isMuted: lex.boolean({default: false}),
      assignedTo: lex.string({format: 'did'}),
      sortField: lex.string({default: 'createdAt', enum: ['createdAt', 'updatedAt']}),
      sortDirection: lex.string({default: 'desc', enum: ['asc', 'desc']}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['status']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      reports: lex.array(lex.ref(() => reportDefs.reportView)),
    }, ['reports'])),
  },
)

export {queryReports as main}
