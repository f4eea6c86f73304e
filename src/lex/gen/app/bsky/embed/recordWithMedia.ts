// Generated from lexicons/app/bsky/embed/recordWithMedia.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as embedExternal from './external.ts'
import * as embedGallery from './gallery.ts'
import * as embedImages from './images.ts'
import * as embedRecord from './record.ts'
import * as embedVideo from './video.ts'

export type RecordWithMedia = {
  $type?: 'app.bsky.embed.recordWithMedia'
  record: embedRecord.Record
  media:
    | lex.Typed<embedImages.Images>
    | lex.Typed<embedVideo.Video>
    | lex.Typed<embedGallery.Gallery>
    | lex.Typed<embedExternal.Main>
    | lex.Other
}
export const recordWithMedia: lex.ObjectSchema<RecordWithMedia> = lex.typed('app.bsky.embed.recordWithMedia', {
  record: lex.ref(() => embedRecord.main),
  media: lex.union(() => [embedImages.main, embedVideo.main, embedGallery.main, embedExternal.main]),
}, ['record', 'media'])

export type View = {
  $type?: 'app.bsky.embed.recordWithMedia#view'
  record: embedRecord.View
  media:
    | lex.Typed<embedImages.View>
    | lex.Typed<embedVideo.View>
    | lex.Typed<embedGallery.View>
    | lex.Typed<embedExternal.View>
    | lex.Other
}
export const view: lex.ObjectSchema<View> = lex.typed('app.bsky.embed.recordWithMedia#view', {
  record: lex.ref(() => embedRecord.view),
  media: lex.union(() => [embedImages.view, embedVideo.view, embedGallery.view, embedExternal.view]),
}, ['record', 'media'])

export {recordWithMedia as main}
