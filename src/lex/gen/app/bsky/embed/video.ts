// Generated from lexicons/app/bsky/embed/video.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedDefs from './defs.ts'

export type Video = {
  $type?: 'app.bsky.embed.video'
  /** The mp4 video file. May be up to 300mb, formerly limited to 100mb. */
  video: BlobRef
  captions?: Caption[]
  /** Alt text description of the video, for accessibility. */
  alt?: string
  aspectRatio?: embedDefs.AspectRatio
  /** A hint to the client about how to present the video. */
  presentation?: 'default' | 'gif' | (string & {})
}
export const video: lex.ObjectSchema<Video> = lex.typed('app.bsky.embed.video', {
  video: lex.blob({accept: ['video/mp4'], maxSize: 300000000}),
  captions: lex.array(lex.ref(() => caption), {maxLength: 20}),
  alt: lex.string(),
  aspectRatio: lex.ref(() => embedDefs.aspectRatio),
  presentation: lex.string({knownValues: ['default', 'gif']}),
}, ['video'])

export type Caption = {
  $type?: 'app.bsky.embed.video#caption'
  lang: Language
  file: BlobRef
}
export const caption: lex.ObjectSchema<Caption> = lex.typed('app.bsky.embed.video#caption', {
  lang: lex.string({format: 'language'}),
  file: lex.blob({accept: ['text/vtt'], maxSize: 20000}),
}, ['lang', 'file'])

export type View = {
  $type?: 'app.bsky.embed.video#view'
  cid: CidString
  playlist: Uri
  thumbnail?: Uri
  alt?: string
  aspectRatio?: embedDefs.AspectRatio
  /** A hint to the client about how to present the video. */
  presentation?: 'default' | 'gif' | (string & {})
}
export const view: lex.ObjectSchema<View> = lex.typed('app.bsky.embed.video#view', {
  cid: lex.string({format: 'cid'}),
  playlist: lex.string({format: 'uri'}),
  thumbnail: lex.string({format: 'uri'}),
  alt: lex.string(),
  aspectRatio: lex.ref(() => embedDefs.aspectRatio),
  presentation: lex.string({knownValues: ['default', 'gif']}),
}, ['cid', 'playlist'])

export {video as main}
