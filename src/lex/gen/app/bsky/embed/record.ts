// Generated from lexicons/app/bsky/embed/record.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as embedExternal from './external.ts'
import * as embedGallery from './gallery.ts'
import * as embedImages from './images.ts'
import * as embedRecordWithMedia from './recordWithMedia.ts'
import * as embedVideo from './video.ts'
import * as feedDefs from '../feed/defs.ts'
import * as graphDefs from '../graph/defs.ts'
import * as labelerDefs from '../labeler/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

export type Record = {
  $type?: 'app.bsky.embed.record'
  record: repoStrongRef.StrongRef
}
export const record: lex.ObjectSchema<Record> = lex.typed('app.bsky.embed.record', {
  record: lex.ref(() => repoStrongRef.main),
}, ['record'])

export type View = {
  $type?: 'app.bsky.embed.record#view'
  record:
    | lex.Typed<ViewRecord>
    | lex.Typed<ViewNotFound>
    | lex.Typed<ViewBlocked>
    | lex.Typed<ViewDetached>
    | lex.Typed<feedDefs.GeneratorView>
    | lex.Typed<graphDefs.ListView>
    | lex.Typed<labelerDefs.LabelerView>
    | lex.Typed<graphDefs.StarterPackViewBasic>
    | lex.Other
}
export const view: lex.ObjectSchema<View> = lex.typed('app.bsky.embed.record#view', {
  record: lex.union(() => [
    viewRecord,
    viewNotFound,
    viewBlocked,
    viewDetached,
    feedDefs.generatorView,
    graphDefs.listView,
    labelerDefs.labelerView,
    graphDefs.starterPackViewBasic,
  ]),
}, ['record'])

export type ViewRecord = {
  $type?: 'app.bsky.embed.record#viewRecord'
  uri: AtUri
  cid: CidString
  author: actorDefs.ProfileViewBasic
  /** The record data itself. */
  value: lex.Unknown
  labels?: labelDefs.Label[]
  replyCount?: number
  repostCount?: number
  likeCount?: number
  quoteCount?: number
  embeds?: (
    | lex.Typed<embedImages.View>
    | lex.Typed<embedVideo.View>
    | lex.Typed<embedGallery.View>
    | lex.Typed<embedExternal.View>
    | lex.Typed<View>
    | lex.Typed<embedRecordWithMedia.View>
    | lex.Other)[]
  indexedAt: Datetime
}
export const viewRecord: lex.ObjectSchema<ViewRecord> = lex.typed('app.bsky.embed.record#viewRecord', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  author: lex.ref(() => actorDefs.profileViewBasic),
  value: lex.unknown(),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  replyCount: lex.integer(),
  repostCount: lex.integer(),
  likeCount: lex.integer(),
  quoteCount: lex.integer(),
  embeds: lex.array(lex.union(() => [
    embedImages.view,
    embedVideo.view,
    embedGallery.view,
    embedExternal.view,
    view,
    embedRecordWithMedia.view,
  ])),
  indexedAt: lex.string({format: 'datetime'}),
}, ['uri', 'cid', 'author', 'value', 'indexedAt'])

export type ViewNotFound = {
  $type?: 'app.bsky.embed.record#viewNotFound'
  uri: AtUri
  notFound: true
}
export const viewNotFound: lex.ObjectSchema<ViewNotFound> = lex.typed('app.bsky.embed.record#viewNotFound', {
  uri: lex.string({format: 'at-uri'}),
  notFound: lex.boolean({const: true}),
}, ['uri', 'notFound'])

export type ViewBlocked = {
  $type?: 'app.bsky.embed.record#viewBlocked'
  uri: AtUri
  blocked: true
  author: feedDefs.BlockedAuthor
}
export const viewBlocked: lex.ObjectSchema<ViewBlocked> = lex.typed('app.bsky.embed.record#viewBlocked', {
  uri: lex.string({format: 'at-uri'}),
  blocked: lex.boolean({const: true}),
  author: lex.ref(() => feedDefs.blockedAuthor),
}, ['uri', 'blocked', 'author'])

export type ViewDetached = {
  $type?: 'app.bsky.embed.record#viewDetached'
  uri: AtUri
  detached: true
}
export const viewDetached: lex.ObjectSchema<ViewDetached> = lex.typed('app.bsky.embed.record#viewDetached', {
  uri: lex.string({format: 'at-uri'}),
  detached: lex.boolean({const: true}),
}, ['uri', 'detached'])

export {record as main}
