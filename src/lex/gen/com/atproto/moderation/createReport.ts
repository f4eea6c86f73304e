// Generated from lexicons/com/atproto/moderation/createReport.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from '../admin/defs.ts'
import * as moderationDefs from './defs.ts'
import * as repoStrongRef from '../repo/strongRef.ts'

export type Params = {}
export type Input = {
  /** Indicates the broad category of violation the report is for. */
  reasonType: moderationDefs.ReasonType
  /** Additional context about the content and violation. */
  reason?: string
  subject: lex.Typed<adminDefs.RepoRef> | lex.Typed<repoStrongRef.StrongRef> | lex.Other
  modTool?: ModTool
}
export type Output = {
  id: number
  reasonType: moderationDefs.ReasonType
  reason?: string
  subject: lex.Typed<adminDefs.RepoRef> | lex.Typed<repoStrongRef.StrongRef> | lex.Other
  reportedBy: Did
  createdAt: Datetime
}
export type ErrorName = never
/**
 * Submit a moderation report regarding an atproto account or record. Implemented by moderation services (with PDS
 * proxying), and requires auth.
 */
export const createReport: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.moderation.createReport',
  {
    input: lex.body('application/json', lex.object({
      reasonType: lex.ref(() => moderationDefs.reasonType),
      reason: lex.string({maxGraphemes: 2000, maxLength: 20000}),
      subject: lex.union(() => [adminDefs.repoRef, repoStrongRef.main]),
      modTool: lex.ref(() => modTool),
    }, ['reasonType', 'subject'])),
    output: lex.body('application/json', lex.object({
      id: lex.integer(),
      reasonType: lex.ref(() => moderationDefs.reasonType),
      reason: lex.string({maxGraphemes: 2000, maxLength: 20000}),
      subject: lex.union(() => [adminDefs.repoRef, repoStrongRef.main]),
      reportedBy: lex.string({format: 'did'}),
      createdAt: lex.string({format: 'datetime'}),
    }, ['id', 'reasonType', 'subject', 'reportedBy', 'createdAt'])),
  },
)

/** Moderation tool information for tracing the source of the action */
export type ModTool = {
  $type?: 'com.atproto.moderation.createReport#modTool'
  /** Name/identifier of the source (e.g., 'bsky-app/android', 'bsky-web/chrome') */
  name: string
  /** Additional arbitrary metadata about the source */
  meta?: lex.Unknown
}
export const modTool: lex.ObjectSchema<ModTool> = lex.typed('com.atproto.moderation.createReport#modTool', {
  name: lex.string(),
  meta: lex.unknown(),
}, ['name'])

export {createReport as main}
