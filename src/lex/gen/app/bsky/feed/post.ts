// Generated from lexicons/app/bsky/feed/post.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedExternal from '../embed/external.ts'
import * as embedGallery from '../embed/gallery.ts'
import * as embedImages from '../embed/images.ts'
import * as embedRecord from '../embed/record.ts'
import * as embedRecordWithMedia from '../embed/recordWithMedia.ts'
import * as embedVideo from '../embed/video.ts'
import * as richtextFacet from '../richtext/facet.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/** Record containing a Bluesky post. */
export type Post = {
  $type: 'app.bsky.feed.post'
  /** The primary post content. May be an empty string, if there are embeds. */
  text: string
  /** DEPRECATED: replaced by app.bsky.richtext.facet. */
  entities?: Entity[]
  /** Annotations of text (mentions, URLs, hashtags, etc) */
  facets?: richtextFacet.Facet[]
  reply?: ReplyRef
  embed?:
    | lex.Typed<embedImages.Images>
    | lex.Typed<embedVideo.Video>
    | lex.Typed<embedGallery.Gallery>
    | lex.Typed<embedExternal.Main>
    | lex.Typed<embedRecord.Record>
    | lex.Typed<embedRecordWithMedia.RecordWithMedia>
    | lex.Other
  /** Indicates human language of post primary text content. */
  langs?: Language[]
  /** Self-label values for this post. Effectively content warnings. */
  labels?: lex.Typed<labelDefs.SelfLabels> | lex.Other
  /** Additional hashtags, in addition to any included in post text and facets. */
  tags?: string[]
  /** Client-declared timestamp when this post was originally created. */
  createdAt: Datetime
}
export const post: lex.RecordSchema<Post, Tid> = lex.record('app.bsky.feed.post', 'tid', lex.object({
  text: lex.string({maxLength: 3000, maxGraphemes: 300}),
  entities: lex.array(lex.ref(() => entity)),
  facets: lex.array(lex.ref(() => richtextFacet.main)),
  reply: lex.ref(() => replyRef),
  embed: lex.union(() => [
    embedImages.main,
    embedVideo.main,
    embedGallery.main,
    embedExternal.main,
    embedRecord.main,
    embedRecordWithMedia.main,
  ]),
  langs: lex.array(lex.string({format: 'language'}), {maxLength: 3}),
  labels: lex.union(() => [labelDefs.selfLabels]),
  tags: lex.array(lex.string({maxLength: 640, maxGraphemes: 64}), {maxLength: 8}),
  createdAt: lex.string({format: 'datetime'}),
}, ['text', 'createdAt']))

export type ReplyRef = {
  $type?: 'app.bsky.feed.post#replyRef'
  root: repoStrongRef.StrongRef
  parent: repoStrongRef.StrongRef
}
export const replyRef: lex.ObjectSchema<ReplyRef> = lex.typed('app.bsky.feed.post#replyRef', {
  root: lex.ref(() => repoStrongRef.main),
  parent: lex.ref(() => repoStrongRef.main),
}, ['root', 'parent'])

/** Deprecated: use facets instead. */
export type Entity = {
  $type?: 'app.bsky.feed.post#entity'
  index: TextSlice
  /** Expected values are 'mention' and 'link'. */
  type: string
  value: string
}
export const entity: lex.ObjectSchema<Entity> = lex.typed('app.bsky.feed.post#entity', {
  index: lex.ref(() => textSlice),
  type: lex.string(),
  value: lex.string(),
}, ['index', 'type', 'value'])

/**
 * Deprecated. Use app.bsky.richtext instead -- A text segment. Start is inclusive, end is exclusive. Indices are for
 * utf16-encoded strings.
 */
export type TextSlice = {
  $type?: 'app.bsky.feed.post#textSlice'
  start: number
  end: number
}
export const textSlice: lex.ObjectSchema<TextSlice> = lex.typed('app.bsky.feed.post#textSlice', {
  start: lex.integer({minimum: 0}),
  end: lex.integer({minimum: 0}),
}, ['start', 'end'])

export {post as main}
