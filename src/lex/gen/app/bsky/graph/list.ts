// Generated from lexicons/app/bsky/graph/list.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'
import * as richtextFacet from '../richtext/facet.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'

/**
 * Record representing a list of accounts (actors). Scope includes both moderation-oriented lists and curration-oriented
 * lists.
 */
export type List = {
  $type: 'app.bsky.graph.list'
  /** Defines the purpose of the list (aka, moderation-oriented or curration-oriented) */
  purpose: graphDefs.ListPurpose
  /** Display name for list; can not be empty. */
  name: string
  description?: string
  descriptionFacets?: richtextFacet.Facet[]
  avatar?: BlobRef
  labels?: lex.Typed<labelDefs.SelfLabels> | lex.Other
  createdAt: Datetime
}
export const list: lex.RecordSchema<List, Tid> = lex.record('app.bsky.graph.list', 'tid', lex.object({
  purpose: lex.ref(() => graphDefs.listPurpose),
  name: lex.string({maxLength: 64, minLength: 1}),
  description: lex.string({maxGraphemes: 300, maxLength: 3000}),
  descriptionFacets: lex.array(lex.ref(() => richtextFacet.main)),
  avatar: lex.blob({accept: ['image/png', 'image/jpeg'], maxSize: 1000000}),
  labels: lex.union(() => [labelDefs.selfLabels]),
  createdAt: lex.string({format: 'datetime'}),
}, ['name', 'purpose', 'createdAt']))

export {list as main}
