// Generated from lexicons/app/bsky/graph/defs.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as feedDefs from '../feed/defs.ts'
import * as richtextFacet from '../richtext/facet.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'

export type ListViewBasic = {
  $type?: 'app.bsky.graph.defs#listViewBasic'
  uri: AtUri
  cid: CidString
  name: string
  purpose: ListPurpose
  avatar?: Uri
  listItemCount?: number
  labels?: labelDefs.Label[]
  viewer?: ListViewerState
  indexedAt?: Datetime
}
export const listViewBasic: lex.ObjectSchema<ListViewBasic> = lex.typed('app.bsky.graph.defs#listViewBasic', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  name: lex.string({maxLength: 64, minLength: 1}),
  purpose: lex.ref(() => listPurpose),
  avatar: lex.string({format: 'uri'}),
  listItemCount: lex.integer({minimum: 0}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  viewer: lex.ref(() => listViewerState),
  indexedAt: lex.string({format: 'datetime'}),
}, ['uri', 'cid', 'name', 'purpose'])

export type ListView = {
  $type?: 'app.bsky.graph.defs#listView'
  uri: AtUri
  cid: CidString
  creator: actorDefs.ProfileView
  name: string
  purpose: ListPurpose
  description?: string
  descriptionFacets?: richtextFacet.Facet[]
  avatar?: Uri
  listItemCount?: number
  labels?: labelDefs.Label[]
  viewer?: ListViewerState
  indexedAt: Datetime
}
export const listView: lex.ObjectSchema<ListView> = lex.typed('app.bsky.graph.defs#listView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  creator: lex.ref(() => actorDefs.profileView),
  name: lex.string({maxLength: 64, minLength: 1}),
  purpose: lex.ref(() => listPurpose),
  description: lex.string({maxGraphemes: 300, maxLength: 3000}),
  descriptionFacets: lex.array(lex.ref(() => richtextFacet.main)),
  avatar: lex.string({format: 'uri'}),
  listItemCount: lex.integer({minimum: 0}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  viewer: lex.ref(() => listViewerState),
  indexedAt: lex.string({format: 'datetime'}),
}, ['uri', 'cid', 'creator', 'name', 'purpose', 'indexedAt'])

export type ListItemView = {
  $type?: 'app.bsky.graph.defs#listItemView'
  uri: AtUri
  subject: actorDefs.ProfileView
  /**
   * Set to true when the subject has opted out of appearing in the reference list. Only set when the viewer owns the
   * list.
   */
  subjectOptedOut?: true
}
export const listItemView: lex.ObjectSchema<ListItemView> = lex.typed('app.bsky.graph.defs#listItemView', {
  uri: lex.string({format: 'at-uri'}),
  subject: lex.ref(() => actorDefs.profileView),
  subjectOptedOut: lex.boolean({const: true}),
}, ['uri', 'subject'])

export type StarterPackView = {
  $type?: 'app.bsky.graph.defs#starterPackView'
  uri: AtUri
  cid: CidString
  record: lex.Unknown
  creator: actorDefs.ProfileViewBasic
  list?: ListViewBasic
  listItemsSample?: ListItemView[]
  feeds?: feedDefs.GeneratorView[]
  joinedWeekCount?: number
  joinedAllTimeCount?: number
  labels?: labelDefs.Label[]
  indexedAt: Datetime
}
export const starterPackView: lex.ObjectSchema<StarterPackView> = lex.typed('app.bsky.graph.defs#starterPackView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  record: lex.unknown(),
  creator: lex.ref(() => actorDefs.profileViewBasic),
  list: lex.ref(() => listViewBasic),
  listItemsSample: lex.array(lex.ref(() => listItemView), {maxLength: 12}),
  feeds: lex.array(lex.ref(() => feedDefs.generatorView), {maxLength: 3}),
  joinedWeekCount: lex.integer({minimum: 0}),
  joinedAllTimeCount: lex.integer({minimum: 0}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  indexedAt: lex.string({format: 'datetime'}),
}, ['uri', 'cid', 'record', 'creator', 'indexedAt'])

export type StarterPackViewBasic = {
  $type?: 'app.bsky.graph.defs#starterPackViewBasic'
  uri: AtUri
  cid: CidString
  record: lex.Unknown
  creator: actorDefs.ProfileViewBasic
  listItemCount?: number
  joinedWeekCount?: number
  joinedAllTimeCount?: number
  labels?: labelDefs.Label[]
  indexedAt: Datetime
}
export const starterPackViewBasic: lex.ObjectSchema<StarterPackViewBasic> = lex.typed('app.bsky.graph.defs#starterPackViewBasic', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  record: lex.unknown(),
  creator: lex.ref(() => actorDefs.profileViewBasic),
  listItemCount: lex.integer({minimum: 0}),
  joinedWeekCount: lex.integer({minimum: 0}),
  joinedAllTimeCount: lex.integer({minimum: 0}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  indexedAt: lex.string({format: 'datetime'}),
}, ['uri', 'cid', 'record', 'creator', 'indexedAt'])

export type ListPurpose =
  | 'app.bsky.graph.defs#modlist'
  | 'app.bsky.graph.defs#curatelist'
  | 'app.bsky.graph.defs#referencelist'
  | (string & {})
export const listPurpose: lex.StringSchema<ListPurpose> = lex.string({
  knownValues: [
    'app.bsky.graph.defs#modlist',
    'app.bsky.graph.defs#curatelist',
    'app.bsky.graph.defs#referencelist',
  ],
})

/** A list of actors to apply an aggregate moderation action (mute/block) on. */
export type Modlist = 'app.bsky.graph.defs#modlist'
export const modlist: lex.TokenSchema<Modlist> = lex.token('app.bsky.graph.defs#modlist')

/** A list of actors used for curation purposes such as list feeds or interaction gating. */
export type Curatelist = 'app.bsky.graph.defs#curatelist'
export const curatelist: lex.TokenSchema<Curatelist> = lex.token('app.bsky.graph.defs#curatelist')

/** A list of actors used for only for reference purposes such as within a starter pack. */
export type Referencelist = 'app.bsky.graph.defs#referencelist'
export const referencelist: lex.TokenSchema<Referencelist> = lex.token('app.bsky.graph.defs#referencelist')

export type ListViewerState = {
  $type?: 'app.bsky.graph.defs#listViewerState'
  muted?: boolean
  blocked?: AtUri
  /**
   * The authenticated viewer's app.bsky.graph.referencelistoptout record URI for this reference list. Only set for
   * reference lists. A client can delete this record to undo the opt-out.
   */
  referenceListOptOut?: AtUri
}
export const listViewerState: lex.ObjectSchema<ListViewerState> = lex.typed('app.bsky.graph.defs#listViewerState', {
  muted: lex.boolean(),
  blocked: lex.string({format: 'at-uri'}),
  referenceListOptOut: lex.string({format: 'at-uri'}),
})

/** indicates that a handle or DID could not be resolved */
export type NotFoundActor = {
  $type?: 'app.bsky.graph.defs#notFoundActor'
  actor: AtIdentifier
  notFound: true
}
export const notFoundActor: lex.ObjectSchema<NotFoundActor> = lex.typed('app.bsky.graph.defs#notFoundActor', {
  actor: lex.string({format: 'at-identifier'}),
  notFound: lex.boolean({const: true}),
}, ['actor', 'notFound'])

/**
 * lists the bi-directional graph relationships between one actor (not indicated in the object), and the target actors
 * (the DID included in the object)
 */
export type Relationship = {
  $type?: 'app.bsky.graph.defs#relationship'
  did: Did
  /** if the actor follows this DID, this is the AT-URI of the follow record */
  following?: AtUri
  /** if the actor is followed by this DID, contains the AT-URI of the follow record */
  followedBy?: AtUri
  /** if the actor blocks this DID, this is the AT-URI of the block record */
  blocking?: AtUri
  /** if the actor is blocked by this DID, contains the AT-URI of the block record */
  blockedBy?: AtUri
  /** if the actor blocks this DID via a block list, this is the AT-URI of the listblock record */
  blockingByList?: AtUri
  /** if the actor is blocked by this DID via a block list, contains the AT-URI of the listblock record */
  blockedByList?: AtUri
}
export const relationship: lex.ObjectSchema<Relationship> = lex.typed('app.bsky.graph.defs#relationship', {
  did: lex.string({format: 'did'}),
  following: lex.string({format: 'at-uri'}),
  followedBy: lex.string({format: 'at-uri'}),
  blocking: lex.string({format: 'at-uri'}),
  blockedBy: lex.string({format: 'at-uri'}),
  blockingByList: lex.string({format: 'at-uri'}),
  blockedByList: lex.string({format: 'at-uri'}),
}, ['did'])
