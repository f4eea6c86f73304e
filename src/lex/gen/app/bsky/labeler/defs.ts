// Generated from lexicons/app/bsky/labeler/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as moderationDefs from '../../../com/atproto/moderation/defs.ts'

export type LabelerView = {
  $type?: 'app.bsky.labeler.defs#labelerView'
  uri: AtUri
  cid: CidString
  creator: actorDefs.ProfileView
  likeCount?: number
  viewer?: LabelerViewerState
  indexedAt: Datetime
  labels?: labelDefs.Label[]
}
export const labelerView: lex.ObjectSchema<LabelerView> = lex.typed('app.bsky.labeler.defs#labelerView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  creator: lex.ref(() => actorDefs.profileView),
  likeCount: lex.integer({minimum: 0}),
  viewer: lex.ref(() => labelerViewerState),
  indexedAt: lex.string({format: 'datetime'}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
}, ['uri', 'cid', 'creator', 'indexedAt'])

export type LabelerViewDetailed = {
  $type?: 'app.bsky.labeler.defs#labelerViewDetailed'
  uri: AtUri
  cid: CidString
  creator: actorDefs.ProfileView
  policies: LabelerPolicies
  likeCount?: number
  viewer?: LabelerViewerState
  indexedAt: Datetime
  labels?: labelDefs.Label[]
  /**
   * The set of report reason 'codes' which are in-scope for this service to review and action. These usually align to
   * policy categories. If not defined (distinct from empty array), all reason types are allowed.
   */
  reasonTypes?: moderationDefs.ReasonType[]
  /** The set of subject types (account, record, etc) this service accepts reports on. */
  subjectTypes?: moderationDefs.SubjectType[]
  /**
   * Set of record types (collection NSIDs) which can be reported to this service. If not defined (distinct from empty
   * array), default is any record type.
   */
  subjectCollections?: Nsid[]
}
export const labelerViewDetailed: lex.ObjectSchema<LabelerViewDetailed> = lex.typed('app.bsky.labeler.defs#labelerViewDetailed', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  creator: lex.ref(() => actorDefs.profileView),
  policies: lex.ref(() => labelerPolicies),
  likeCount: lex.integer({minimum: 0}),
  viewer: lex.ref(() => labelerViewerState),
  indexedAt: lex.string({format: 'datetime'}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  reasonTypes: lex.array(lex.ref(() => moderationDefs.reasonType)),
  subjectTypes: lex.array(lex.ref(() => moderationDefs.subjectType)),
  subjectCollections: lex.array(lex.string({format: 'nsid'})),
}, ['uri', 'cid', 'creator', 'policies', 'indexedAt'])

export type LabelerViewerState = {
  $type?: 'app.bsky.labeler.defs#labelerViewerState'
  like?: AtUri
}
export const labelerViewerState: lex.ObjectSchema<LabelerViewerState> = lex.typed('app.bsky.labeler.defs#labelerViewerState', {
  like: lex.string({format: 'at-uri'}),
})

export type LabelerPolicies = {
  $type?: 'app.bsky.labeler.defs#labelerPolicies'
  /** The label values which this labeler publishes. May include global or custom labels. */
  labelValues: labelDefs.LabelValue[]
  /**
   * Label values created by this labeler and scoped exclusively to it. Labels defined here will override global label
   * definitions for this labeler.
   */
  labelValueDefinitions?: labelDefs.LabelValueDefinition[]
}
export const labelerPolicies: lex.ObjectSchema<LabelerPolicies> = lex.typed('app.bsky.labeler.defs#labelerPolicies', {
  labelValues: lex.array(lex.ref(() => labelDefs.labelValue)),
  labelValueDefinitions: lex.array(lex.ref(() => labelDefs.labelValueDefinition)),
}, ['labelValues'])
