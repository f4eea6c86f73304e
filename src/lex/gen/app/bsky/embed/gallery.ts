// Generated from lexicons/app/bsky/embed/gallery.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedDefs from './defs.ts'

export type Gallery = {
  $type?: 'app.bsky.embed.gallery'
  /**
   * The schema-level maxLength of 20 is a future-proof ceiling. Clients should currently enforce a soft limit of 10
   * items in authoring UIs.
   */
  items: (lex.Typed<Image> | lex.Other)[]
}
export const gallery: lex.ObjectSchema<Gallery> = lex.typed('app.bsky.embed.gallery', {
  items: lex.array(lex.union(() => [image]), {maxLength: 20}),
}, ['items'])

export type Image = {
  $type?: 'app.bsky.embed.gallery#image'
  image: BlobRef
  /** Alt text description of the image, for accessibility. */
  alt: string
  aspectRatio: embedDefs.AspectRatio
}
export const image: lex.ObjectSchema<Image> = lex.typed('app.bsky.embed.gallery#image', {
  image: lex.blob({accept: ['image/*'], maxSize: 2000000}),
  alt: lex.string(),
  aspectRatio: lex.ref(() => embedDefs.aspectRatio),
}, ['image', 'alt', 'aspectRatio'])

export type View = {
  $type?: 'app.bsky.embed.gallery#view'
  items: (lex.Typed<ViewImage> | lex.Other)[]
}
export const view: lex.ObjectSchema<View> = lex.typed('app.bsky.embed.gallery#view', {
  items: lex.array(lex.union(() => [viewImage])),
}, ['items'])

export type ViewImage = {
  $type?: 'app.bsky.embed.gallery#viewImage'
  /**
   * Fully-qualified URL where a thumbnail of the image can be fetched. For example, CDN location provided by the App
   * View.
   */
  thumbnail: Uri
  /**
   * Fully-qualified URL where a large version of the image can be fetched. May or may not be the exact original blob.
   * For example, CDN location provided by the App View.
   */
  fullsize: Uri
  /** Alt text description of the image, for accessibility. */
  alt: string
  aspectRatio: embedDefs.AspectRatio
}
export const viewImage: lex.ObjectSchema<ViewImage> = lex.typed('app.bsky.embed.gallery#viewImage', {
  thumbnail: lex.string({format: 'uri'}),
  fullsize: lex.string({format: 'uri'}),
  alt: lex.string(),
  aspectRatio: lex.ref(() => embedDefs.aspectRatio),
}, ['thumbnail', 'fullsize', 'alt', 'aspectRatio'])

export {gallery as main}
