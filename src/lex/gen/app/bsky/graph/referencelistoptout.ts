// Generated from lexicons/app/bsky/graph/referencelistoptout.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Record requesting that its author be omitted from the public presentation of a reference list. This record is only
 * enforced when the subject list's current purpose is app.bsky.graph.defs#referencelist. AppView indexes at most one
 * record per actor and list pair, and ignores duplicate records.
 */
export type Referencelistoptout = {
  $type: 'app.bsky.graph.referencelistoptout'
  /** Canonical, DID-based AT URI of the app.bsky.graph.list record from which the author requests omission. */
  subject: AtUri
  createdAt: Datetime
}
export const referencelistoptout: lex.RecordSchema<Referencelistoptout, Tid> = lex.record('app.bsky.graph.referencelistoptout', 'tid', lex.object({
  subject: lex.string({format: 'at-uri'}),
  createdAt: lex.string({format: 'datetime'}),
}, ['subject', 'createdAt']))

export {referencelistoptout as main}
