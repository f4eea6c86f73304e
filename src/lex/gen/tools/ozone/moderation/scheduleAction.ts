// Generated from lexicons/tools/ozone/moderation/scheduleAction.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {}
export type Input = {
  action: lex.Typed<Takedown> | lex.Other
  /** Array of DID subjects to schedule the action for */
  subjects: Did[]
  createdBy: Did
  scheduling: SchedulingConfig
  /** This will be propagated to the moderation event when it is applied */
  modTool?: moderationDefs.ModTool
}
export type Output = ScheduledActionResults
export type ErrorName = never
/** Schedule a moderation action to be executed at a future time */
export const scheduleAction: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.moderation.scheduleAction',
  {
    input: lex.body('application/json', lex.object({
      action: lex.union(() => [takedown]),
      subjects: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
      createdBy: lex.string({format: 'did'}),
      scheduling: lex.ref(() => schedulingConfig),
      modTool: lex.ref(() => moderationDefs.modTool),
    }, ['action', 'subjects', 'createdBy', 'scheduling'])),
    output: lex.body('application/json', lex.ref(() => scheduledActionResults)),
  },
)

/** Schedule a takedown action */
export type Takedown = {
  $type?: 'tools.ozone.moderation.scheduleAction#takedown'
  comment?: string
  /** Indicates how long the takedown should be in effect before automatically expiring. */
  durationInHours?: number
  /** If true, all other reports on content authored by this account will be resolved (acknowledged). */
  acknowledgeAccountSubjects?: boolean
  /** Names/Keywords of the policies that drove the decision. */
  policies?: string[]
  /** Severity level of the violation (e.g., 'sev-0', 'sev-1', 'sev-2', etc.). */
  severityLevel?: string
  /** Number of strikes to assign to the user when takedown is applied. */
  strikeCount?: number
  /** When the strike should expire. If not provided, the strike never expires. */
  strikeExpiresAt?: Datetime
  /** Email content to be sent to the user upon takedown. */
  emailContent?: string
  /** Subject of the email to be sent to the user upon takedown. */
  emailSubject?: string
}
export const takedown: lex.ObjectSchema<Takedown> = lex.typed('tools.ozone.moderation.scheduleAction#takedown', {
  comment: lex.string(),
  durationInHours: lex.integer(),
  acknowledgeAccountSubjects: lex.boolean(),
  policies: lex.array(lex.string(), {maxLength: 5}),
  severityLevel: lex.string(),
  strikeCount: lex.integer(),
  strikeExpiresAt: lex.string({format: 'datetime'}),
  emailContent: lex.string(),
  emailSubject: lex.string(),
})

/** Configuration for when the action should be executed */
export type SchedulingConfig = {
  $type?: 'tools.ozone.moderation.scheduleAction#schedulingConfig'
  /** Exact time to execute the action */
  executeAt?: Datetime
  /** Earliest time to execute the action (for randomized scheduling) */
  executeAfter?: Datetime
  /** Latest time to execute the action (for randomized scheduling) */
  executeUntil?: Datetime
}
export const schedulingConfig: lex.ObjectSchema<SchedulingConfig> = lex.typed('tools.ozone.moderation.scheduleAction#schedulingConfig', {
  executeAt: lex.string({format: 'datetime'}),
  executeAfter: lex.string({format: 'datetime'}),
  executeUntil: lex.string({format: 'datetime'}),
})

export type ScheduledActionResults = {
  $type?: 'tools.ozone.moderation.scheduleAction#scheduledActionResults'
  succeeded: Did[]
  failed: FailedScheduling[]
}
export const scheduledActionResults: lex.ObjectSchema<ScheduledActionResults> = lex.typed('tools.ozone.moderation.scheduleAction#scheduledActionResults', {
  succeeded: lex.array(lex.string({format: 'did'})),
  failed: lex.array(lex.ref(() => failedScheduling)),
}, ['succeeded', 'failed'])

export type FailedScheduling = {
  $type?: 'tools.ozone.moderation.scheduleAction#failedScheduling'
  subject: Did
  error: string
  errorCode?: string
}
export const failedScheduling: lex.ObjectSchema<FailedScheduling> = lex.typed('tools.ozone.moderation.scheduleAction#failedScheduling', {
  subject: lex.string({format: 'did'}),
  error: lex.string(),
  errorCode: lex.string(),
}, ['subject', 'error'])

export {scheduleAction as main}
