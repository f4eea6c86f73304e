// Generated from lexicons/tools/ozone/queue/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as teamDefs from '../team/defs.ts'

export type QueueView = {
  $type?: 'tools.ozone.queue.defs#queueView'
  /** Queue ID */
  id: number
  /** Display name of the queue */
  name: string
  /** Subject types this queue accepts. */
  subjectTypes?: ('account' | 'record' | 'message' | 'conversation' | (string & {}))[]
  /** Collection name for record subjects (e.g., 'app.bsky.feed.post') */
  collection?: Nsid
  /** Report reason types this queue accepts (fully qualified NSIDs) */
  reportTypes?: string[]
  /** Optional description of the queue */
  description?: string
  /** Policy keys recommended when actioning reports in this queue */
  recommendedPolicies?: string[]
  /** DID of moderator who created this queue */
  createdBy: Did
  createdAt: Datetime
  updatedAt: Datetime
  /** Whether this queue is currently active */
  enabled: boolean
  /** When the queue was deleted, if applicable */
  deletedAt?: Datetime
  /** Statistics about this queue */
  stats: QueueStats
}
export const queueView: lex.ObjectSchema<QueueView> = lex.typed('tools.ozone.queue.defs#queueView', {
  id: lex.integer(),
  name: lex.string(),
  subjectTypes: lex.array(lex.string({knownValues: ['account', 'record', 'message', 'conversation']})),
  collection: lex.string({format: 'nsid'}),
  reportTypes: lex.array(lex.string()),
  description: lex.string(),
  recommendedPolicies: lex.array(lex.string()),
  createdBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
  enabled: lex.boolean(),
  deletedAt: lex.string({format: 'datetime'}),
  stats: lex.ref(() => queueStats),
}, ['id', 'name', 'createdBy', 'createdAt', 'updatedAt', 'enabled', 'stats'])

export type QueueStats = {
  $type?: 'tools.ozone.queue.defs#queueStats'
  /** Number of reports in 'open' status */
  pendingCount?: number
  /** Number of reports in 'closed' status */
  actionedCount?: number
  /** Number of reports in 'escalated' status */
  escalatedCount?: number
  /** Reports received in this queue in the last 24 hours. */
  inboundCount?: number
  /**
   * Percentage of reports actioned (actionedCount / inboundCount * 100), rounded to nearest integer. Absent when
   * inboundCount is 0.
   */
  actionRate?: number
  /** Average time in seconds from report creation to close, for reports closed in this period. */
  avgHandlingTimeSec?: number
  /** When these statistics were last computed */
  lastUpdated?: Datetime
}
export const queueStats: lex.ObjectSchema<QueueStats> = lex.typed('tools.ozone.queue.defs#queueStats', {
  pendingCount: lex.integer(),
  actionedCount: lex.integer(),
  escalatedCount: lex.integer(),
  inboundCount: lex.integer(),
  actionRate: lex.integer(),
  avgHandlingTimeSec: lex.integer(),
  lastUpdated: lex.string({format: 'datetime'}),
})

export type AssignmentView = {
  $type?: 'tools.ozone.queue.defs#assignmentView'
  id: number
  did: Did
  /** The moderator assigned to this queue */
  moderator?: teamDefs.Member
  queue: QueueView
  startAt: Datetime
  endAt?: Datetime
}
export const assignmentView: lex.ObjectSchema<AssignmentView> = lex.typed('tools.ozone.queue.defs#assignmentView', {
  id: lex.integer(),
  did: lex.string({format: 'did'}),
  moderator: lex.ref(() => teamDefs.member),
  queue: lex.ref(() => queueView),
  startAt: lex.string({format: 'datetime'}),
  endAt: lex.string({format: 'datetime'}),
}, ['id', 'did', 'queue', 'startAt'])
