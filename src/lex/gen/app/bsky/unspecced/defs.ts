// Generated from lexicons/app/bsky/unspecced/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as feedDefs from '../feed/defs.ts'

export type SkeletonSearchPost = {
  $type?: 'app.bsky.unspecced.defs#skeletonSearchPost'
  uri: AtUri
}
export const skeletonSearchPost: lex.ObjectSchema<SkeletonSearchPost> = lex.typed('app.bsky.unspecced.defs#skeletonSearchPost', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

export type SkeletonSearchActor = {
  $type?: 'app.bsky.unspecced.defs#skeletonSearchActor'
  did: Did
}
export const skeletonSearchActor: lex.ObjectSchema<SkeletonSearchActor> = lex.typed('app.bsky.unspecced.defs#skeletonSearchActor', {
  did: lex.string({format: 'did'}),
}, ['did'])

export type SkeletonSearchStarterPack = {
  $type?: 'app.bsky.unspecced.defs#skeletonSearchStarterPack'
  uri: AtUri
}
export const skeletonSearchStarterPack: lex.ObjectSchema<SkeletonSearchStarterPack> = lex.typed('app.bsky.unspecced.defs#skeletonSearchStarterPack', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

export type TrendingTopic = {
  $type?: 'app.bsky.unspecced.defs#trendingTopic'
  topic: string
  displayName?: string
  description?: string
  link: string
}
export const trendingTopic: lex.ObjectSchema<TrendingTopic> = lex.typed('app.bsky.unspecced.defs#trendingTopic', {
  topic: lex.string(),
  displayName: lex.string(),
  description: lex.string(),
  link: lex.string(),
}, ['topic', 'link'])

export type SkeletonTrend = {
  $type?: 'app.bsky.unspecced.defs#skeletonTrend'
  topic: string
  displayName: string
  description?: string
  link: string
  startedAt: Datetime
  postCount: number
  status?: 'hot' | (string & {})
  category?: string
  dids: Did[]
}
export const skeletonTrend: lex.ObjectSchema<SkeletonTrend> = lex.typed('app.bsky.unspecced.defs#skeletonTrend', {
  topic: lex.string(),
  displayName: lex.string(),
  description: lex.string(),
  link: lex.string(),
  startedAt: lex.string({format: 'datetime'}),
  postCount: lex.integer(),
  status: lex.string({knownValues: ['hot']}),
  category: lex.string(),
  dids: lex.array(lex.string({format: 'did'})),
}, ['topic', 'displayName', 'link', 'startedAt', 'postCount', 'dids'])

export type TrendView = {
  $type?: 'app.bsky.unspecced.defs#trendView'
  topic: string
  displayName: string
  description?: string
  link: string
  startedAt: Datetime
  postCount: number
  status?: 'hot' | (string & {})
  category?: string
  actors: actorDefs.ProfileViewBasic[]
}
export const trendView: lex.ObjectSchema<TrendView> = lex.typed('app.bsky.unspecced.defs#trendView', {
  topic: lex.string(),
  displayName: lex.string(),
  description: lex.string(),
  link: lex.string(),
  startedAt: lex.string({format: 'datetime'}),
  postCount: lex.integer(),
  status: lex.string({knownValues: ['hot']}),
  category: lex.string(),
  actors: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['topic', 'displayName', 'link', 'startedAt', 'postCount', 'actors'])

export type ThreadItemPost = {
  $type?: 'app.bsky.unspecced.defs#threadItemPost'
  post: feedDefs.PostView
  /**
   * This post has more parents that were not present in the response. This is just a boolean, without the number of
   * parents.
   */
  moreParents: boolean
  /**
   * This post has more replies that were not present in the response. This is a numeric value, which is best-effort and
   * might not be accurate.
   */
  moreReplies: number
  /**
   * This post is part of a contiguous thread by the OP from the thread root. Sub-threads by OP deeper in the tree are
   * not considered an OP thread.
   */
  opThread: boolean
  /**
   * The 1-indexed position of this post within the contiguous OP thread. Only present when this post is part of the OP
   * thread (see `opThread`).
   */
  opThreadPostIndex?: number
  /**
   * The total number of posts in the contiguous OP thread that this post belongs to. Only present when this post is
   * part of the OP thread (see `opThread`).
   */
  opThreadPostCount?: number
  /**
   * The threadgate created by the author indicates this post as a reply to be hidden for everyone consuming the thread.
   */
  hiddenByThreadgate: boolean
  /** This is by an account muted by the viewer requesting it. */
  mutedByViewer: boolean
}
export const threadItemPost: lex.ObjectSchema<ThreadItemPost> = lex.typed('app.bsky.unspecced.defs#threadItemPost', {
  post: lex.ref(() => feedDefs.postView),
  moreParents: lex.boolean(),
  moreReplies: lex.integer(),
  opThread: lex.boolean(),
  opThreadPostIndex: lex.integer(),
  opThreadPostCount: lex.integer(),
  hiddenByThreadgate: lex.boolean(),
  mutedByViewer: lex.boolean(),
}, [
  'post',
  'moreParents',
  'moreReplies',
  'opThread',
  'hiddenByThreadgate',
  'mutedByViewer',
])

export type ThreadItemNoUnauthenticated = {
  $type?: 'app.bsky.unspecced.defs#threadItemNoUnauthenticated'
}
export const threadItemNoUnauthenticated: lex.ObjectSchema<ThreadItemNoUnauthenticated> = lex.typed('app.bsky.unspecced.defs#threadItemNoUnauthenticated', {})

export type ThreadItemNotFound = {
  $type?: 'app.bsky.unspecced.defs#threadItemNotFound'
}
export const threadItemNotFound: lex.ObjectSchema<ThreadItemNotFound> = lex.typed('app.bsky.unspecced.defs#threadItemNotFound', {})

export type ThreadItemBlocked = {
  $type?: 'app.bsky.unspecced.defs#threadItemBlocked'
  author: feedDefs.BlockedAuthor
}
export const threadItemBlocked: lex.ObjectSchema<ThreadItemBlocked> = lex.typed('app.bsky.unspecced.defs#threadItemBlocked', {
  author: lex.ref(() => feedDefs.blockedAuthor),
}, ['author'])

/**
 * The computed state of the age assurance process, returned to the user in question on certain authenticated requests.
 */
export type AgeAssuranceState = {
  $type?: 'app.bsky.unspecced.defs#ageAssuranceState'
  /** The timestamp when this state was last updated. */
  lastInitiatedAt?: Datetime
  /** The status of the age assurance process. */
  status: 'unknown' | 'pending' | 'assured' | 'blocked' | (string & {})
}
export const ageAssuranceState: lex.ObjectSchema<AgeAssuranceState> = lex.typed('app.bsky.unspecced.defs#ageAssuranceState', {
  lastInitiatedAt: lex.string({format: 'datetime'}),
  status: lex.string({knownValues: ['unknown', 'pending', 'assured', 'blocked']}),
}, ['status'])

/** Object used to store age assurance data in stash. */
export type AgeAssuranceEvent = {
  $type?: 'app.bsky.unspecced.defs#ageAssuranceEvent'
  /** The date and time of this write operation. */
  createdAt: Datetime
  /** The status of the age assurance process. */
  status: 'unknown' | 'pending' | 'assured' | (string & {})
  /** The unique identifier for this instance of the age assurance flow, in UUID format. */
  attemptId: string
  /** The email used for AA. */
  email?: string
  /** The IP address used when initiating the AA flow. */
  initIp?: string
  /** The user agent used when initiating the AA flow. */
  initUa?: string
  /** The IP address used when completing the AA flow. */
  completeIp?: string
  /** The user agent used when completing the AA flow. */
  completeUa?: string
}
export const ageAssuranceEvent: lex.ObjectSchema<AgeAssuranceEvent> = lex.typed('app.bsky.unspecced.defs#ageAssuranceEvent', {
  createdAt: lex.string({format: 'datetime'}),
  status: lex.string({knownValues: ['unknown', 'pending', 'assured']}),
  attemptId: lex.string(),
  email: lex.string(),
  initIp: lex.string(),
  initUa: lex.string(),
  completeIp: lex.string(),
  completeUa: lex.string(),
}, ['createdAt', 'status', 'attemptId'])
