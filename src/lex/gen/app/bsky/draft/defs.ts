// Generated from lexicons/app/bsky/draft/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedPostgate from '../feed/postgate.ts'
import * as feedThreadgate from '../feed/threadgate.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/** A draft with an identifier, used to store drafts in private storage (stash). */
export type DraftWithId = {
  $type?: 'app.bsky.draft.defs#draftWithId'
  /** A TID to be used as a draft identifier. */
  id: Tid
  draft: Draft
}
export const draftWithId: lex.ObjectSchema<DraftWithId> = lex.typed('app.bsky.draft.defs#draftWithId', {
  id: lex.string({format: 'tid'}),
  draft: lex.ref(() => draft),
}, ['id', 'draft'])

/** A draft containing an array of draft posts. */
export type Draft = {
  $type?: 'app.bsky.draft.defs#draft'
  /** UUIDv4 identifier of the device that created this draft. */
  deviceId?: string
  /** The device and/or platform on which the draft was created. */
  deviceName?: string
  /** Array of draft posts that compose this draft. */
  posts: DraftPost[]
  /** Indicates human language of posts primary text content. */
  langs?: Language[]
  /** Embedding rules for the postgates to be created when this draft is published. */
  postgateEmbeddingRules?: (lex.Typed<feedPostgate.DisableRule> | lex.Other)[]
  /** Allow-rules for the threadgate to be created when this draft is published. */
  threadgateAllow?: (
    | lex.Typed<feedThreadgate.MentionRule>
    | lex.Typed<feedThreadgate.FollowerRule>
    | lex.Typed<feedThreadgate.FollowingRule>
    | lex.Typed<feedThreadgate.ListRule>
    | lex.Other)[]
}
export const draft: lex.ObjectSchema<Draft> = lex.typed('app.bsky.draft.defs#draft', {
  deviceId: lex.string({maxLength: 100}),
  deviceName: lex.string({maxLength: 100}),
  posts: lex.array(lex.ref(() => draftPost), {minLength: 1, maxLength: 100}),
  langs: lex.array(lex.string({format: 'language'}), {maxLength: 3}),
  postgateEmbeddingRules: lex.array(lex.union(() => [feedPostgate.disableRule]), {maxLength: 5}),
  threadgateAllow: lex.array(lex.union(() => [
    feedThreadgate.mentionRule,
    feedThreadgate.followerRule,
    feedThreadgate.followingRule,
    feedThreadgate.listRule,
  ]), {maxLength: 5}),
}, ['posts'])

/** One of the posts that compose a draft. */
export type DraftPost = {
  $type?: 'app.bsky.draft.defs#draftPost'
  /**
   * The primary post content. It has a higher limit than post contents to allow storing a larger text that can later be
   * refined into smaller posts.
   */
  text: string
  /** Self-label values for this post. Effectively content warnings. */
  labels?: lex.Typed<labelDefs.SelfLabels> | lex.Other
  embedImages?: DraftEmbedImage[]
  embedGallery?: DraftEmbedGallery
  embedVideos?: DraftEmbedVideo[]
  embedExternals?: DraftEmbedExternal[]
  embedRecords?: DraftEmbedRecord[]
}
export const draftPost: lex.ObjectSchema<DraftPost> = lex.typed('app.bsky.draft.defs#draftPost', {
  text: lex.string({maxLength: 10000, maxGraphemes: 1000}),
  labels: lex.union(() => [labelDefs.selfLabels]),
  embedImages: lex.array(lex.ref(() => draftEmbedImage), {maxLength: 4}),
  embedGallery: lex.ref(() => draftEmbedGallery),
  embedVideos: lex.array(lex.ref(() => draftEmbedVideo), {maxLength: 1}),
  embedExternals: lex.array(lex.ref(() => draftEmbedExternal), {maxLength: 1}),
  embedRecords: lex.array(lex.ref(() => draftEmbedRecord), {maxLength: 1}),
}, ['text'])

/** View to present drafts data to users. */
export type DraftView = {
  $type?: 'app.bsky.draft.defs#draftView'
  /** A TID to be used as a draft identifier. */
  id: Tid
  draft: Draft
  /** The time the draft was created. */
  createdAt: Datetime
  /** The time the draft was last updated. */
  updatedAt: Datetime
}
export const draftView: lex.ObjectSchema<DraftView> = lex.typed('app.bsky.draft.defs#draftView', {
  id: lex.string({format: 'tid'}),
  draft: lex.ref(() => draft),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
}, ['id', 'draft', 'createdAt', 'updatedAt'])

export type DraftEmbedLocalRef = {
  $type?: 'app.bsky.draft.defs#draftEmbedLocalRef'
  /** Local, on-device ref to file to be embedded. Embeds are currently device-bound for drafts. */
  path: string
}
export const draftEmbedLocalRef: lex.ObjectSchema<DraftEmbedLocalRef> = lex.typed('app.bsky.draft.defs#draftEmbedLocalRef', {
  path: lex.string({minLength: 1, maxLength: 1024}),
}, ['path'])

export type DraftEmbedCaption = {
  $type?: 'app.bsky.draft.defs#draftEmbedCaption'
  lang: Language
  content: string
}
export const draftEmbedCaption: lex.ObjectSchema<DraftEmbedCaption> = lex.typed('app.bsky.draft.defs#draftEmbedCaption', {
  lang: lex.string({format: 'language'}),
  content: lex.string({maxLength: 10000}),
}, ['lang', 'content'])

export type DraftEmbedGallery = {
  $type?: 'app.bsky.draft.defs#draftEmbedGallery'
  items: DraftEmbedGalleryItems
}
export const draftEmbedGallery: lex.ObjectSchema<DraftEmbedGallery> = lex.typed('app.bsky.draft.defs#draftEmbedGallery', {
  items: lex.ref(() => draftEmbedGalleryItems),
}, ['items'])

/**
 * The schema-level maxLength of 20 is a future-proof ceiling. Clients should currently enforce a soft limit of 10 items
 * in authoring UIs.
 */
export type DraftEmbedGalleryItems = (lex.Typed<DraftEmbedImage> | lex.Other)[]
export const draftEmbedGalleryItems: lex.ArraySchema<DraftEmbedGalleryItems[number]> = lex.array(lex.union(() => [draftEmbedImage]), {maxLength: 20})

export type DraftEmbedImage = {
  $type?: 'app.bsky.draft.defs#draftEmbedImage'
  localRef: DraftEmbedLocalRef
  alt?: string
}
export const draftEmbedImage: lex.ObjectSchema<DraftEmbedImage> = lex.typed('app.bsky.draft.defs#draftEmbedImage', {
  localRef: lex.ref(() => draftEmbedLocalRef),
  alt: lex.string({maxGraphemes: 2000}),
}, ['localRef'])

export type DraftEmbedVideo = {
  $type?: 'app.bsky.draft.defs#draftEmbedVideo'
  localRef: DraftEmbedLocalRef
  alt?: string
  captions?: DraftEmbedCaption[]
}
export const draftEmbedVideo: lex.ObjectSchema<DraftEmbedVideo> = lex.typed('app.bsky.draft.defs#draftEmbedVideo', {
  localRef: lex.ref(() => draftEmbedLocalRef),
  alt: lex.string({maxGraphemes: 2000}),
  captions: lex.array(lex.ref(() => draftEmbedCaption), {maxLength: 20}),
}, ['localRef'])

export type DraftEmbedExternal = {
  $type?: 'app.bsky.draft.defs#draftEmbedExternal'
  uri: Uri
}
export const draftEmbedExternal: lex.ObjectSchema<DraftEmbedExternal> = lex.typed('app.bsky.draft.defs#draftEmbedExternal', {
  uri: lex.string({format: 'uri'}),
}, ['uri'])

export type DraftEmbedRecord = {
  $type?: 'app.bsky.draft.defs#draftEmbedRecord'
  record: repoStrongRef.StrongRef
}
export const draftEmbedRecord: lex.ObjectSchema<DraftEmbedRecord> = lex.typed('app.bsky.draft.defs#draftEmbedRecord', {
  record: lex.ref(() => repoStrongRef.main),
}, ['record'])
