// Generated from lexicons/app/bsky/embed/images.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedDefs from './defs.ts'

export type Images = {
  $type?: 'app.bsky.embed.images'
  images: Image[]
}
export const images: lex.ObjectSchema<Images> = lex.typed('app.bsky.embed.images', {
  images: lex.array(lex.ref(() => image), {maxLength: 4}),
}, ['images'])

export type Image = {
  $type?: 'app.bsky.embed.images#image'
  /** The raw image file. May be up to 2 MB, formerly limited to 1 MB. */
  image: BlobRef
  /** Alt text description of the image, for accessibility. */
  alt: string
  aspectRatio?: embedDefs.AspectRatio
}
export const image: lex.ObjectSchema<Image> = lex.typed('app.bsky.embed.images#image', {
  image: lex.blob({accept: ['image/*'], maxSize: 2000000}),
  alt: lex.string(),
  aspectRatio: lex.ref(() => embedDefs.aspectRatio),
}, ['image', 'alt'])

export type View = {
  $type?: 'app.bsky.embed.images#view'
  images: ViewImage[]
}
export const view: lex.ObjectSchema<View> = lex.typed('app.bsky.embed.images#view', {
  images: lex.array(lex.ref(() => viewImage), {maxLength: 4}),
}, ['images'])

export type ViewImage = {
  $type?: 'app.bsky.embed.images#viewImage'
  /**
   * Fully-qualified URL where a thumbnail of the image can be fetched. For example, CDN location provided by the App
   * View.
   */
  thumb: Uri
  /**
   * Fully-qualified URL where a large version of the image can be fetched. May or may not be the exact original blob.
   * For example, CDN location provided by the App View.
   */
  fullsize: Uri
  /** Alt text description of the image, for accessibility. */
  alt: string
  aspectRatio?: embedDefs.AspectRatio
}
export const viewImage: lex.ObjectSchema<ViewImage> = lex.typed('app.bsky.embed.images#viewImage', {
  thumb: lex.string({format: 'uri'}),
  fullsize: lex.string({format: 'uri'}),
  alt: lex.string(),
  aspectRatio: lex.ref(() => embedDefs.aspectRatio),
}, ['thumb', 'fullsize', 'alt'])

export {images as main}
