// Generated from lexicons/app/bsky/feed/generator.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import * as lex from '#lex/schema/define.ts'
import * as richtextFacet from '../richtext/facet.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'

/**
 * Record declaring of the existence of a feed generator, and containing metadata about it. The record can exist in any
 * repository.
 */
export type Generator = {
  $type: 'app.bsky.feed.generator'
  did: Did
  displayName: string
  description?: string
  descriptionFacets?: richtextFacet.Facet[]
  avatar?: BlobRef
  /** Declaration that a feed accepts feedback interactions from a client through app.bsky.feed.sendInteractions */
  acceptsInteractions?: boolean
  /** Self-label values */
  labels?: lex.Typed<labelDefs.SelfLabels> | lex.Other
  contentMode?:
    | 'app.bsky.feed.defs#contentModeUnspecified'
    | 'app.bsky.feed.defs#contentModeVideo'
    | (string & {})
  createdAt: Datetime
}
export const generator: lex.RecordSchema<Generator, RecordKey> = lex.record('app.bsky.feed.generator', 'any', lex.object({
  did: lex.string({format: 'did'}),
  displayName: lex.string({maxGraphemes: 24, maxLength: 240}),
  description: lex.string({maxGraphemes: 300, maxLength: 3000}),
  descriptionFacets: lex.array(lex.ref(() => richtextFacet.main)),
  avatar: lex.blob({accept: ['image/png', 'image/jpeg'], maxSize: 1000000}),
  acceptsInteractions: lex.boolean(),
  labels: lex.union(() => [labelDefs.selfLabels]),
  contentMode: lex.string({
    knownValues: [
      'app.bsky.feed.defs#contentModeUnspecified',
      'app.bsky.feed.defs#contentModeVideo',
    ],
  }),
  createdAt: lex.string({format: 'datetime'}),
}, ['did', 'displayName', 'createdAt']))

export {generator as main}
