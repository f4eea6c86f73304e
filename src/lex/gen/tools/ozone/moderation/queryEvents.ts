// Generated from lexicons/tools/ozone/moderation/queryEvents.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  /**
   * The types of events (fully qualified string in the format of tools.ozone.moderation.defs#modEvent<name>) to filter
   * by. If not specified, all events are returned.
   */
  types?: string[]
  createdBy?: Did
  /** Sort direction for the events. Defaults to descending order of created at timestamp. */
  sortDirection?: 'asc' | 'desc'
  /** Retrieve events created after a given timestamp */
  createdAfter?: Datetime
  /** Retrieve events created before a given timestamp */
  createdBefore?: Datetime
  subject?: Uri
  /**
   * If specified, only events where the subject belongs to the given collections will be returned. When subjectType is
   * set to 'account', this will be ignored.
   */
  collections?: Nsid[]
  /**
   * If specified, only events where the subject is of the given type (account, record, or conversation) will be
   * returned. When this is set to 'account' the 'collections' parameter will be ignored. When includeAllUserRecords or
   * subject is set, this will be ignored.
   */
  subjectType?: 'account' | 'record' | 'conversation' | (string & {})
  /**
   * If true, events on all record types (posts, lists, profile etc.) or records from given 'collections' param, owned
   * by the did are returned.
   */
  includeAllUserRecords?: boolean
  limit?: number
  /** If true, only events with comments are returned */
  hasComment?: boolean
  /**
   * If specified, only events with comments containing the keyword are returned. Apply || separator to use multiple
   * keywords and match using OR condition.
   */
  comment?: string
  /** If specified, only events where all of these labels were added are returned */
  addedLabels?: string[]
  /** If specified, only events where all of these labels were removed are returned */
  removedLabels?: string[]
  /** If specified, only events where all of these tags were added are returned */
  addedTags?: string[]
  /** If specified, only events where all of these tags were removed are returned */
  removedTags?: string[]
  reportTypes?: string[]
  policies?: string[]
  /** If specified, only events where the modTool name matches any of the given values are returned */
  modTool?: string[]
  /** If specified, only events where the batchId matches the given value are returned */
  batchId?: string
  /** If specified, only events where the age assurance state matches the given value are returned */
  ageAssuranceState?: 'pending' | 'assured' | 'unknown' | 'reset' | 'blocked' | (string & {})
  /** If specified, only events where strikeCount value is set are returned. */
  withStrike?: boolean
  cursor?: string
}
export type Output = {
  cursor?: string
  events: moderationDefs.ModEventView[]
}
export type ErrorName = never
/** List moderation events related to a subject. */
export const queryEvents: lex.Query<Params, Output, ErrorName, 'sortDirection' | 'includeAllUserRecords' | 'limit'> = lex.query(
  'tools.ozone.moderation.queryEvents',
  {
    params: lex.params({
      types: lex.array(lex.string()),
      createdBy: lex.string({format: 'did'}),
      sortDirection: lex.string({default: 'desc', enum: ['asc', 'desc']}),
      createdAfter: lex.string({format: 'datetime'}),
      createdBefore: lex.string({format: 'datetime'}),
      subject: lex.string({format: 'uri'}),
      collections: lex.array(lex.string({format: 'nsid'}), {maxLength: 20}),
      subjectType: lex.string({knownValues: ['account', 'record', 'conversation']}),
      includeAllUserRecords: lex.boolean({default: false}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      hasComment: lex.boolean(),
      comment: lex.string(),
      addedLabels: lex.array(lex.string()),
      removedLabels: lex.array(lex.string()),
      addedTags: lex.array(lex.string()),
      removedTags: lex.array(lex.string()),
      reportTypes: lex.array(lex.string()),
      policies: lex.array(lex.string()),
      modTool: lex.array(lex.string()),
      batchId: lex.string(),
      ageAssuranceState: lex.string({knownValues: ['pending', 'assured', 'unknown', 'reset', 'blocked']}),
      withStrike: lex.boolean(),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      events: lex.array(lex.ref(() => moderationDefs.modEventView)),
    }, ['events'])),
  },
)

export {queryEvents as main}
