// Generated from lexicons/app/bsky/labeler/service.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as labelerDefs from './defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as moderationDefs from '../../../com/atproto/moderation/defs.ts'

/** A declaration of the existence of labeler service. */
export type Service = {
  $type: 'app.bsky.labeler.service'
  policies: labelerDefs.LabelerPolicies
  labels?: lex.Typed<labelDefs.SelfLabels> | lex.Other
  createdAt: Datetime
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
export const service: lex.RecordSchema<Service, 'self'> = lex.record('app.bsky.labeler.service', 'literal:self', lex.object({
  policies: lex.ref(() => labelerDefs.labelerPolicies),
  labels: lex.union(() => [labelDefs.selfLabels]),
  createdAt: lex.string({format: 'datetime'}),
  reasonTypes: lex.array(lex.ref(() => moderationDefs.reasonType)),
  subjectTypes: lex.array(lex.ref(() => moderationDefs.subjectType)),
  subjectCollections: lex.array(lex.string({format: 'nsid'})),
}, ['policies', 'createdAt']))

export {service as main}
