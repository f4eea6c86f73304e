// Generated from lexicons/app/bsky/graph/starterpack.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as richtextFacet from '../richtext/facet.ts'

/** Record defining a starter pack of actors and feeds for new users. */
export type Starterpack = {
  $type: 'app.bsky.graph.starterpack'
  /** Display name for starter pack; can not be empty. */
  name: string
  description?: string
  descriptionFacets?: richtextFacet.Facet[]
  /** Reference (AT-URI) to the list record. */
  list: AtUri
  feeds?: FeedItem[]
  createdAt: Datetime
}
export const starterpack: lex.RecordSchema<Starterpack, Tid> = lex.record('app.bsky.graph.starterpack', 'tid', lex.object({
  name: lex.string({maxGraphemes: 50, maxLength: 500, minLength: 1}),
  description: lex.string({maxGraphemes: 300, maxLength: 3000}),
  descriptionFacets: lex.array(lex.ref(() => richtextFacet.main)),
  list: lex.string({format: 'at-uri'}),
  feeds: lex.array(lex.ref(() => feedItem), {maxLength: 3}),
  createdAt: lex.string({format: 'datetime'}),
}, ['name', 'list', 'createdAt']))

export type FeedItem = {
  $type?: 'app.bsky.graph.starterpack#feedItem'
  uri: AtUri
}
export const feedItem: lex.ObjectSchema<FeedItem> = lex.typed('app.bsky.graph.starterpack#feedItem', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

export {starterpack as main}
