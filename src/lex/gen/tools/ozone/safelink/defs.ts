// Generated from lexicons/tools/ozone/safelink/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

/** An event for URL safety decisions */
export type Event = {
  $type?: 'tools.ozone.safelink.defs#event'
  /** Auto-incrementing row ID */
  id: number
  eventType: EventType
  /** The URL that this rule applies to */
  url: string
  pattern: PatternType
  action: ActionType
  reason: ReasonType
  /** DID of the user who created this rule */
  createdBy: Did
  createdAt: Datetime
  /** Optional comment about the decision */
  comment?: string
}
export const event: lex.ObjectSchema<Event> = lex.typed('tools.ozone.safelink.defs#event', {
  id: lex.integer(),
  eventType: lex.ref(() => eventType),
  url: lex.string(),
  pattern: lex.ref(() => patternType),
  action: lex.ref(() => actionType),
  reason: lex.ref(() => reasonType),
  createdBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  comment: lex.string(),
}, [
  'id',
  'eventType',
  'url',
  'pattern',
  'action',
  'reason',
  'createdBy',
  'createdAt',
])

export type EventType = 'addRule' | 'updateRule' | 'removeRule' | (string & {})
export const eventType: lex.StringSchema<EventType> = lex.string({knownValues: ['addRule', 'updateRule', 'removeRule']})

export type PatternType = 'domain' | 'url' | (string & {})
export const patternType: lex.StringSchema<PatternType> = lex.string({knownValues: ['domain', 'url']})

export type ActionType = 'block' | 'warn' | 'whitelist' | (string & {})
export const actionType: lex.StringSchema<ActionType> = lex.string({knownValues: ['block', 'warn', 'whitelist']})

export type ReasonType = 'csam' | 'spam' | 'phishing' | 'none' | (string & {})
export const reasonType: lex.StringSchema<ReasonType> = lex.string({knownValues: ['csam', 'spam', 'phishing', 'none']})

/** Input for creating a URL safety rule */
export type UrlRule = {
  $type?: 'tools.ozone.safelink.defs#urlRule'
  /** The URL or domain to apply the rule to */
  url: string
  pattern: PatternType
  action: ActionType
  reason: ReasonType
  /** Optional comment about the decision */
  comment?: string
  /** DID of the user added the rule. */
  createdBy: Did
  /** Timestamp when the rule was created */
  createdAt: Datetime
  /** Timestamp when the rule was last updated */
  updatedAt: Datetime
}
export const urlRule: lex.ObjectSchema<UrlRule> = lex.typed('tools.ozone.safelink.defs#urlRule', {
  url: lex.string(),
  pattern: lex.ref(() => patternType),
  action: lex.ref(() => actionType),
  reason: lex.ref(() => reasonType),
  comment: lex.string(),
  createdBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
}, ['url', 'pattern', 'action', 'reason', 'createdBy', 'createdAt', 'updatedAt'])
