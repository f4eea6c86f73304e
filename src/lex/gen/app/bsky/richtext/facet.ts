// Generated from lexicons/app/bsky/richtext/facet.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

/** Annotation of a sub-string within rich text. */
export type Facet = {
  $type?: 'app.bsky.richtext.facet'
  index: ByteSlice
  features: (lex.Typed<Mention> | lex.Typed<Link> | lex.Typed<Tag> | lex.Other)[]
}
export const facet: lex.ObjectSchema<Facet> = lex.typed('app.bsky.richtext.facet', {
  index: lex.ref(() => byteSlice),
  features: lex.array(lex.union(() => [mention, link, tag])),
}, ['index', 'features'])

/**
 * Facet feature for mention of another account. The text is usually a handle, including a '@' prefix, but the facet
 * reference is a DID.
 */
export type Mention = {
  $type?: 'app.bsky.richtext.facet#mention'
  did: Did
}
export const mention: lex.ObjectSchema<Mention> = lex.typed('app.bsky.richtext.facet#mention', {
  did: lex.string({format: 'did'}),
}, ['did'])

/**
 * Facet feature for a URL. The text URL may have been simplified or truncated, but the facet reference should be a
 * complete URL.
 */
export type Link = {
  $type?: 'app.bsky.richtext.facet#link'
  uri: Uri
}
export const link: lex.ObjectSchema<Link> = lex.typed('app.bsky.richtext.facet#link', {
  uri: lex.string({format: 'uri'}),
}, ['uri'])

/**
 * Facet feature for a hashtag. The text usually includes a '#' prefix, but the facet reference should not (except in
 * the case of 'double hash tags').
 */
export type Tag = {
  $type?: 'app.bsky.richtext.facet#tag'
  tag: string
}
export const tag: lex.ObjectSchema<Tag> = lex.typed('app.bsky.richtext.facet#tag', {
  tag: lex.string({maxLength: 640, maxGraphemes: 64}),
}, ['tag'])

/**
 * Specifies the sub-string range a facet feature applies to. Start index is inclusive, end index is exclusive. Indices
 * are zero-indexed, counting bytes of the UTF-8 encoded text. NOTE: some languages, like Javascript, use UTF-16 or
 * Unicode codepoints for string slice indexing; in these languages, convert to byte arrays before working with facets.
 */
export type ByteSlice = {
  $type?: 'app.bsky.richtext.facet#byteSlice'
  byteStart: number
  byteEnd: number
}
export const byteSlice: lex.ObjectSchema<ByteSlice> = lex.typed('app.bsky.richtext.facet#byteSlice', {
  byteStart: lex.integer({minimum: 0}),
  byteEnd: lex.integer({minimum: 0}),
}, ['byteStart', 'byteEnd'])

export {facet as main}
