// Generated from lexicons/app/bsky/embed/external.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/**
 * A representation of some externally linked content (eg, a URL and 'card'), embedded in a Bluesky record (eg, a post).
 */
export type Main = {
  $type?: 'app.bsky.embed.external'
  external: External
}
export const main: lex.ObjectSchema<Main> = lex.typed('app.bsky.embed.external', {
  external: lex.ref(() => external),
}, ['external'])

export type External = {
  $type?: 'app.bsky.embed.external#external'
  uri: Uri
  title: string
  description: string
  thumb?: BlobRef
  /** StrongRefs (uri+cid) of the Atmosphere records that backed this view. */
  associatedRefs?: repoStrongRef.StrongRef[]
}
export const external: lex.ObjectSchema<External> = lex.typed('app.bsky.embed.external#external', {
  uri: lex.string({format: 'uri'}),
  title: lex.string(),
  description: lex.string(),
  thumb: lex.blob({accept: ['image/*'], maxSize: 1000000}),
  associatedRefs: lex.array(lex.ref(() => repoStrongRef.main)),
}, ['uri', 'title', 'description'])

export type View = {
  $type?: 'app.bsky.embed.external#view'
  external: ViewExternal
}
export const view: lex.ObjectSchema<View> = lex.typed('app.bsky.embed.external#view', {
  external: lex.ref(() => viewExternal),
}, ['external'])

export type ViewExternal = {
  $type?: 'app.bsky.embed.external#viewExternal'
  uri: Uri
  title: string
  description: string
  thumb?: Uri
  /** When the external content was created, if available. Example: a publication date, for an article. */
  createdAt?: Datetime
  /** When the external content was updated, if available. */
  updatedAt?: Datetime
  /** Estimated reading time in minutes, if applicable and available. */
  readingTime?: number
  labels?: labelDefs.Label[]
  source?: ViewExternalSource
  /** StrongRefs (uri+cid) of the Atmosphere records that backed this view. */
  associatedRefs?: repoStrongRef.StrongRef[]
  /** Profiles of the owners of the Atmosphere records that backed this view. */
  associatedProfiles?: actorDefs.ProfileViewBasic[]
}
export const viewExternal: lex.ObjectSchema<ViewExternal> = lex.typed('app.bsky.embed.external#viewExternal', {
  uri: lex.string({format: 'uri'}),
  title: lex.string(),
  description: lex.string(),
  thumb: lex.string({format: 'uri'}),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
  readingTime: lex.integer(),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  source: lex.ref(() => viewExternalSource),
  associatedRefs: lex.array(lex.ref(() => repoStrongRef.main)),
  associatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['uri', 'title', 'description'])

/** The source of an external embed, such as a standard.site publication. */
export type ViewExternalSource = {
  $type?: 'app.bsky.embed.external#viewExternalSource'
  /** URI of the source, if available. Example: the https:// URL of a site.standard.publication record. */
  uri: Uri
  /**
   * Fully-qualified URL where an icon representing the source can be fetched. For example, CDN location provided by the
   * App View.
   */
  icon?: Uri
  title: string
  description?: string
  theme?: ViewExternalSourceTheme
}
export const viewExternalSource: lex.ObjectSchema<ViewExternalSource> = lex.typed('app.bsky.embed.external#viewExternalSource', {
  uri: lex.string({format: 'uri'}),
  icon: lex.string({format: 'uri'}),
  title: lex.string(),
  description: lex.string(),
  theme: lex.ref(() => viewExternalSourceTheme),
}, ['uri', 'title'])

/**
 * The theme colors of an external source, such as a site.standard.publication. These colors may be used when rendering
 * an embed from that source.
 */
export type ViewExternalSourceTheme = {
  $type?: 'app.bsky.embed.external#viewExternalSourceTheme'
  backgroundRGB?: ColorRGB
  foregroundRGB?: ColorRGB
  accentRGB?: ColorRGB
  accentForegroundRGB?: ColorRGB
}
export const viewExternalSourceTheme: lex.ObjectSchema<ViewExternalSourceTheme> = lex.typed('app.bsky.embed.external#viewExternalSourceTheme', {
  backgroundRGB: lex.ref(() => colorRGB),
  foregroundRGB: lex.ref(() => colorRGB),
  accentRGB: lex.ref(() => colorRGB),
  accentForegroundRGB: lex.ref(() => colorRGB),
})

/** RGB color definition, inspired by site.standard.theme.color#rgb */
export type ColorRGB = {
  $type?: 'app.bsky.embed.external#colorRGB'
  r: number
  g: number
  b: number
}
export const colorRGB: lex.ObjectSchema<ColorRGB> = lex.typed('app.bsky.embed.external#colorRGB', {
  r: lex.integer({minimum: 0, maximum: 255}),
  g: lex.integer({minimum: 0, maximum: 255}),
  b: lex.integer({minimum: 0, maximum: 255}),
}, ['r', 'g', 'b'])
