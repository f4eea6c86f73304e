// Generated from lexicons/app/bsky/feed/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as embedExternal from '../embed/external.ts'
import * as embedGallery from '../embed/gallery.ts'
import * as embedImages from '../embed/images.ts'
import * as embedRecord from '../embed/record.ts'
import * as embedRecordWithMedia from '../embed/recordWithMedia.ts'
import * as embedVideo from '../embed/video.ts'
import * as graphDefs from '../graph/defs.ts'
import * as richtextFacet from '../richtext/facet.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'

export type PostView = {
  $type?: 'app.bsky.feed.defs#postView'
  uri: AtUri
  cid: CidString
  author: actorDefs.ProfileViewBasic
  record: lex.Unknown
  embed?:
    | lex.Typed<embedImages.View>
    | lex.Typed<embedVideo.View>
    | lex.Typed<embedGallery.View>
    | lex.Typed<embedExternal.View>
    | lex.Typed<embedRecord.View>
    | lex.Typed<embedRecordWithMedia.View>
    | lex.Other
  bookmarkCount?: number
  replyCount?: number
  repostCount?: number
  likeCount?: number
  quoteCount?: number
  indexedAt: Datetime
  viewer?: ViewerState
  labels?: labelDefs.Label[]
  threadgate?: ThreadgateView
  /** Debug information for internal development */
  debug?: lex.Unknown
}
export const postView: lex.ObjectSchema<PostView> = lex.typed('app.bsky.feed.defs#postView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  author: lex.ref(() => actorDefs.profileViewBasic),
  record: lex.unknown(),
  embed: lex.union(() => [
    embedImages.view,
    embedVideo.view,
    embedGallery.view,
    embedExternal.view,
    embedRecord.view,
    embedRecordWithMedia.view,
  ]),
  bookmarkCount: lex.integer(),
  replyCount: lex.integer(),
  repostCount: lex.integer(),
  likeCount: lex.integer(),
  quoteCount: lex.integer(),
  indexedAt: lex.string({format: 'datetime'}),
  viewer: lex.ref(() => viewerState),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  threadgate: lex.ref(() => threadgateView),
  debug: lex.unknown(),
}, ['uri', 'cid', 'author', 'record', 'indexedAt'])

/**
 * Metadata about the requesting account's relationship with the subject content. Only has meaningful content for authed
 * requests.
 */
export type ViewerState = {
  $type?: 'app.bsky.feed.defs#viewerState'
  repost?: AtUri
  like?: AtUri
  bookmarked?: boolean
  threadMuted?: boolean
  replyDisabled?: boolean
  embeddingDisabled?: boolean
  pinned?: boolean
  /** This property is present only in selected cases, as an optimization. */
  knownLikers?: KnownLikers
}
export const viewerState: lex.ObjectSchema<ViewerState> = lex.typed('app.bsky.feed.defs#viewerState', {
  repost: lex.string({format: 'at-uri'}),
  like: lex.string({format: 'at-uri'}),
  bookmarked: lex.boolean(),
  threadMuted: lex.boolean(),
  replyDisabled: lex.boolean(),
  embeddingDisabled: lex.boolean(),
  pinned: lex.boolean(),
  knownLikers: lex.ref(() => knownLikers),
})

/** The post's likers whom you also follow */
export type KnownLikers = {
  $type?: 'app.bsky.feed.defs#knownLikers'
  count: number
  actors: actorDefs.ProfileViewBasic[]
}
export const knownLikers: lex.ObjectSchema<KnownLikers> = lex.typed('app.bsky.feed.defs#knownLikers', {
  count: lex.integer(),
  actors: lex.array(lex.ref(() => actorDefs.profileViewBasic), {minLength: 0, maxLength: 5}),
}, ['count', 'actors'])

/** Metadata about this post within the context of the thread it is in. */
export type ThreadContext = {
  $type?: 'app.bsky.feed.defs#threadContext'
  rootAuthorLike?: AtUri
}
export const threadContext: lex.ObjectSchema<ThreadContext> = lex.typed('app.bsky.feed.defs#threadContext', {
  rootAuthorLike: lex.string({format: 'at-uri'}),
})

export type FeedViewPost = {
  $type?: 'app.bsky.feed.defs#feedViewPost'
  post: PostView
  reply?: ReplyRef
  reason?: lex.Typed<ReasonRepost> | lex.Typed<ReasonPin> | lex.Other
  /** Context provided by feed generator that may be passed back alongside interactions. */
  feedContext?: string
  /** Unique identifier per request that may be passed back alongside interactions. */
  reqId?: string
}
export const feedViewPost: lex.ObjectSchema<FeedViewPost> = lex.typed('app.bsky.feed.defs#feedViewPost', {
  post: lex.ref(() => postView),
  reply: lex.ref(() => replyRef),
  reason: lex.union(() => [reasonRepost, reasonPin]),
  feedContext: lex.string({maxLength: 2000}),
  reqId: lex.string({maxLength: 100}),
}, ['post'])

export type ReplyRef = {
  $type?: 'app.bsky.feed.defs#replyRef'
  root:
    | lex.Typed<PostView>
    | lex.Typed<NotFoundPost>
    | lex.Typed<BlockedPost>
    | lex.Other
  parent:
    | lex.Typed<PostView>
    | lex.Typed<NotFoundPost>
    | lex.Typed<BlockedPost>
    | lex.Other
  /** When parent is a reply to another post, this is the author of that post. */
  grandparentAuthor?: actorDefs.ProfileViewBasic
}
export const replyRef: lex.ObjectSchema<ReplyRef> = lex.typed('app.bsky.feed.defs#replyRef', {
  root: lex.union(() => [postView, notFoundPost, blockedPost]),
  parent: lex.union(() => [postView, notFoundPost, blockedPost]),
  grandparentAuthor: lex.ref(() => actorDefs.profileViewBasic),
}, ['root', 'parent'])

export type ReasonRepost = {
  $type?: 'app.bsky.feed.defs#reasonRepost'
  by: actorDefs.ProfileViewBasic
  uri?: AtUri
  cid?: CidString
  indexedAt: Datetime
}
export const reasonRepost: lex.ObjectSchema<ReasonRepost> = lex.typed('app.bsky.feed.defs#reasonRepost', {
  by: lex.ref(() => actorDefs.profileViewBasic),
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  indexedAt: lex.string({format: 'datetime'}),
}, ['by', 'indexedAt'])

export type ReasonPin = {
  $type?: 'app.bsky.feed.defs#reasonPin'
}
export const reasonPin: lex.ObjectSchema<ReasonPin> = lex.typed('app.bsky.feed.defs#reasonPin', {})

export type ThreadViewPost = {
  $type?: 'app.bsky.feed.defs#threadViewPost'
  post: PostView
  parent?:
    | lex.Typed<ThreadViewPost>
    | lex.Typed<NotFoundPost>
    | lex.Typed<BlockedPost>
    | lex.Other
  replies?: (
    | lex.Typed<ThreadViewPost>
    | lex.Typed<NotFoundPost>
    | lex.Typed<BlockedPost>
    | lex.Other)[]
  threadContext?: ThreadContext
}
export const threadViewPost: lex.ObjectSchema<ThreadViewPost> = lex.typed('app.bsky.feed.defs#threadViewPost', {
  post: lex.ref(() => postView),
  parent: lex.union(() => [threadViewPost, notFoundPost, blockedPost]),
  replies: lex.array(lex.union(() => [threadViewPost, notFoundPost, blockedPost])),
  threadContext: lex.ref(() => threadContext),
}, ['post'])

export type NotFoundPost = {
  $type?: 'app.bsky.feed.defs#notFoundPost'
  uri: AtUri
  notFound: true
}
export const notFoundPost: lex.ObjectSchema<NotFoundPost> = lex.typed('app.bsky.feed.defs#notFoundPost', {
  uri: lex.string({format: 'at-uri'}),
  notFound: lex.boolean({const: true}),
}, ['uri', 'notFound'])

export type BlockedPost = {
  $type?: 'app.bsky.feed.defs#blockedPost'
  uri: AtUri
  blocked: true
  author: BlockedAuthor
}
export const blockedPost: lex.ObjectSchema<BlockedPost> = lex.typed('app.bsky.feed.defs#blockedPost', {
  uri: lex.string({format: 'at-uri'}),
  blocked: lex.boolean({const: true}),
  author: lex.ref(() => blockedAuthor),
}, ['uri', 'blocked', 'author'])

export type BlockedAuthor = {
  $type?: 'app.bsky.feed.defs#blockedAuthor'
  did: Did
  viewer?: actorDefs.ViewerState
}
export const blockedAuthor: lex.ObjectSchema<BlockedAuthor> = lex.typed('app.bsky.feed.defs#blockedAuthor', {
  did: lex.string({format: 'did'}),
  viewer: lex.ref(() => actorDefs.viewerState),
}, ['did'])

export type GeneratorView = {
  $type?: 'app.bsky.feed.defs#generatorView'
  uri: AtUri
  cid: CidString
  did: Did
  creator: actorDefs.ProfileView
  displayName: string
  description?: string
  descriptionFacets?: richtextFacet.Facet[]
  avatar?: Uri
  likeCount?: number
  acceptsInteractions?: boolean
  labels?: labelDefs.Label[]
  viewer?: GeneratorViewerState
  contentMode?:
    | 'app.bsky.feed.defs#contentModeUnspecified'
    | 'app.bsky.feed.defs#contentModeVideo'
    | (string & {})
  indexedAt: Datetime
}
export const generatorView: lex.ObjectSchema<GeneratorView> = lex.typed('app.bsky.feed.defs#generatorView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  did: lex.string({format: 'did'}),
  creator: lex.ref(() => actorDefs.profileView),
  displayName: lex.string(),
  description: lex.string({maxGraphemes: 300, maxLength: 3000}),
  descriptionFacets: lex.array(lex.ref(() => richtextFacet.main)),
  avatar: lex.string({format: 'uri'}),
  likeCount: lex.integer({minimum: 0}),
  acceptsInteractions: lex.boolean(),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  viewer: lex.ref(() => generatorViewerState),
  contentMode: lex.string({
    knownValues: [
      'app.bsky.feed.defs#contentModeUnspecified',
      'app.bsky.feed.defs#contentModeVideo',
    ],
  }),
  indexedAt: lex.string({format: 'datetime'}),
}, ['uri', 'cid', 'did', 'creator', 'displayName', 'indexedAt'])

export type GeneratorViewerState = {
  $type?: 'app.bsky.feed.defs#generatorViewerState'
  like?: AtUri
}
export const generatorViewerState: lex.ObjectSchema<GeneratorViewerState> = lex.typed('app.bsky.feed.defs#generatorViewerState', {
  like: lex.string({format: 'at-uri'}),
})

export type SkeletonFeedPost = {
  $type?: 'app.bsky.feed.defs#skeletonFeedPost'
  post: AtUri
  reason?: lex.Typed<SkeletonReasonRepost> | lex.Typed<SkeletonReasonPin> | lex.Other
  /** Context that will be passed through to client and may be passed to feed generator back alongside interactions. */
  feedContext?: string
}
export const skeletonFeedPost: lex.ObjectSchema<SkeletonFeedPost> = lex.typed('app.bsky.feed.defs#skeletonFeedPost', {
  post: lex.string({format: 'at-uri'}),
  reason: lex.union(() => [skeletonReasonRepost, skeletonReasonPin]),
  feedContext: lex.string({maxLength: 2000}),
}, ['post'])

export type SkeletonReasonRepost = {
  $type?: 'app.bsky.feed.defs#skeletonReasonRepost'
  repost: AtUri
}
export const skeletonReasonRepost: lex.ObjectSchema<SkeletonReasonRepost> = lex.typed('app.bsky.feed.defs#skeletonReasonRepost', {
  repost: lex.string({format: 'at-uri'}),
}, ['repost'])

export type SkeletonReasonPin = {
  $type?: 'app.bsky.feed.defs#skeletonReasonPin'
}
export const skeletonReasonPin: lex.ObjectSchema<SkeletonReasonPin> = lex.typed('app.bsky.feed.defs#skeletonReasonPin', {})

export type ThreadgateView = {
  $type?: 'app.bsky.feed.defs#threadgateView'
  uri?: AtUri
  cid?: CidString
  record?: lex.Unknown
  lists?: graphDefs.ListViewBasic[]
}
export const threadgateView: lex.ObjectSchema<ThreadgateView> = lex.typed('app.bsky.feed.defs#threadgateView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  record: lex.unknown(),
  lists: lex.array(lex.ref(() => graphDefs.listViewBasic)),
})

export type Interaction = {
  $type?: 'app.bsky.feed.defs#interaction'
  item?: AtUri
  event?:
    | 'app.bsky.feed.defs#requestLess'
    | 'app.bsky.feed.defs#requestMore'
    | 'app.bsky.feed.defs#clickthroughItem'
    | 'app.bsky.feed.defs#clickthroughAuthor'
    | 'app.bsky.feed.defs#clickthroughReposter'
    | 'app.bsky.feed.defs#clickthroughEmbed'
    | 'app.bsky.feed.defs#interactionSeen'
    | 'app.bsky.feed.defs#interactionLike'
    | 'app.bsky.feed.defs#interactionRepost'
    | 'app.bsky.feed.defs#interactionReply'
    | 'app.bsky.feed.defs#interactionQuote'
    | 'app.bsky.feed.defs#interactionShare'
    | (string & {})
  /** Context on a feed item that was originally supplied by the feed generator on getFeedSkeleton. */
  feedContext?: string
  /** Unique identifier per request that may be passed back alongside interactions. */
  reqId?: string
}
export const interaction: lex.ObjectSchema<Interaction> = lex.typed('app.bsky.feed.defs#interaction', {
  item: lex.string({format: 'at-uri'}),
  event: lex.string({
    knownValues: [
      'app.bsky.feed.defs#requestLess',
      'app.bsky.feed.defs#requestMore',
      'app.bsky.feed.defs#clickthroughItem',
      'app.bsky.feed.defs#clickthroughAuthor',
      'app.bsky.feed.defs#clickthroughReposter',
      'app.bsky.feed.defs#clickthroughEmbed',
      'app.bsky.feed.defs#interactionSeen',
      'app.bsky.feed.defs#interactionLike',
      'app.bsky.feed.defs#interactionRepost',
      'app.bsky.feed.defs#interactionReply',
      'app.bsky.feed.defs#interactionQuote',
      'app.bsky.feed.defs#interactionShare',
    ],
  }),
  feedContext: lex.string({maxLength: 2000}),
  reqId: lex.string({maxLength: 100}),
})

/** Request that less content like the given feed item be shown in the feed */
export type RequestLess = 'app.bsky.feed.defs#requestLess'
export const requestLess: lex.TokenSchema<RequestLess> = lex.token('app.bsky.feed.defs#requestLess')

/** Request that more content like the given feed item be shown in the feed */
export type RequestMore = 'app.bsky.feed.defs#requestMore'
export const requestMore: lex.TokenSchema<RequestMore> = lex.token('app.bsky.feed.defs#requestMore')

/** User clicked through to the feed item */
export type ClickthroughItem = 'app.bsky.feed.defs#clickthroughItem'
export const clickthroughItem: lex.TokenSchema<ClickthroughItem> = lex.token('app.bsky.feed.defs#clickthroughItem')

/** User clicked through to the author of the feed item */
export type ClickthroughAuthor = 'app.bsky.feed.defs#clickthroughAuthor'
export const clickthroughAuthor: lex.TokenSchema<ClickthroughAuthor> = lex.token('app.bsky.feed.defs#clickthroughAuthor')

/** User clicked through to the reposter of the feed item */
export type ClickthroughReposter = 'app.bsky.feed.defs#clickthroughReposter'
export const clickthroughReposter: lex.TokenSchema<ClickthroughReposter> = lex.token('app.bsky.feed.defs#clickthroughReposter')

/** User clicked through to the embedded content of the feed item */
export type ClickthroughEmbed = 'app.bsky.feed.defs#clickthroughEmbed'
export const clickthroughEmbed: lex.TokenSchema<ClickthroughEmbed> = lex.token('app.bsky.feed.defs#clickthroughEmbed')

/** Declares the feed generator returns any types of posts. */
export type ContentModeUnspecified = 'app.bsky.feed.defs#contentModeUnspecified'
export const contentModeUnspecified: lex.TokenSchema<ContentModeUnspecified> = lex.token('app.bsky.feed.defs#contentModeUnspecified')

/** Declares the feed generator returns posts containing app.bsky.embed.video embeds. */
export type ContentModeVideo = 'app.bsky.feed.defs#contentModeVideo'
export const contentModeVideo: lex.TokenSchema<ContentModeVideo> = lex.token('app.bsky.feed.defs#contentModeVideo')

/** Feed item was seen by user */
export type InteractionSeen = 'app.bsky.feed.defs#interactionSeen'
export const interactionSeen: lex.TokenSchema<InteractionSeen> = lex.token('app.bsky.feed.defs#interactionSeen')

/** User liked the feed item */
export type InteractionLike = 'app.bsky.feed.defs#interactionLike'
export const interactionLike: lex.TokenSchema<InteractionLike> = lex.token('app.bsky.feed.defs#interactionLike')

/** User reposted the feed item */
export type InteractionRepost = 'app.bsky.feed.defs#interactionRepost'
export const interactionRepost: lex.TokenSchema<InteractionRepost> = lex.token('app.bsky.feed.defs#interactionRepost')

/** User replied to the feed item */
export type InteractionReply = 'app.bsky.feed.defs#interactionReply'
export const interactionReply: lex.TokenSchema<InteractionReply> = lex.token('app.bsky.feed.defs#interactionReply')

/** User quoted the feed item */
export type InteractionQuote = 'app.bsky.feed.defs#interactionQuote'
export const interactionQuote: lex.TokenSchema<InteractionQuote> = lex.token('app.bsky.feed.defs#interactionQuote')

/** User shared the feed item */
export type InteractionShare = 'app.bsky.feed.defs#interactionShare'
export const interactionShare: lex.TokenSchema<InteractionShare> = lex.token('app.bsky.feed.defs#interactionShare')
