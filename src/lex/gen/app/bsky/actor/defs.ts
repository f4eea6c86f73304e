// Generated from lexicons/app/bsky/actor/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedExternal from '../embed/external.ts'
import * as feedPostgate from '../feed/postgate.ts'
import * as feedThreadgate from '../feed/threadgate.ts'
import * as graphDefs from '../graph/defs.ts'
import * as notificationDefs from '../notification/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

export type ProfileViewBasic = {
  $type?: 'app.bsky.actor.defs#profileViewBasic'
  did: Did
  handle: Handle
  displayName?: string
  pronouns?: string
  avatar?: Uri
  associated?: ProfileAssociated
  viewer?: ViewerState
  labels?: labelDefs.Label[]
  createdAt?: Datetime
  verification?: VerificationState
  status?: StatusView
  /** Debug information for internal development */
  debug?: lex.Unknown
}
export const profileViewBasic: lex.ObjectSchema<ProfileViewBasic> = lex.typed('app.bsky.actor.defs#profileViewBasic', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string({maxGraphemes: 64, maxLength: 640}),
  pronouns: lex.string(),
  avatar: lex.string({format: 'uri'}),
  associated: lex.ref(() => profileAssociated),
  viewer: lex.ref(() => viewerState),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  createdAt: lex.string({format: 'datetime'}),
  verification: lex.ref(() => verificationState),
  status: lex.ref(() => statusView),
  debug: lex.unknown(),
}, ['did', 'handle'])

export type ProfileView = {
  $type?: 'app.bsky.actor.defs#profileView'
  did: Did
  handle: Handle
  displayName?: string
  pronouns?: string
  description?: string
  avatar?: Uri
  associated?: ProfileAssociated
  indexedAt?: Datetime
  createdAt?: Datetime
  viewer?: ViewerState
  labels?: labelDefs.Label[]
  verification?: VerificationState
  status?: StatusView
  /** Debug information for internal development */
  debug?: lex.Unknown
}
export const profileView: lex.ObjectSchema<ProfileView> = lex.typed('app.bsky.actor.defs#profileView', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string({maxGraphemes: 64, maxLength: 640}),
  pronouns: lex.string(),
  description: lex.string({maxGraphemes: 256, maxLength: 2560}),
  avatar: lex.string({format: 'uri'}),
  associated: lex.ref(() => profileAssociated),
  indexedAt: lex.string({format: 'datetime'}),
  createdAt: lex.string({format: 'datetime'}),
  viewer: lex.ref(() => viewerState),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  verification: lex.ref(() => verificationState),
  status: lex.ref(() => statusView),
  debug: lex.unknown(),
}, ['did', 'handle'])

export type ProfileViewDetailed = {
  $type?: 'app.bsky.actor.defs#profileViewDetailed'
  did: Did
  handle: Handle
  displayName?: string
  description?: string
  pronouns?: string
  website?: Uri
  avatar?: Uri
  banner?: Uri
  followersCount?: number
  followsCount?: number
  postsCount?: number
  associated?: ProfileAssociated
  joinedViaStarterPack?: graphDefs.StarterPackViewBasic
  indexedAt?: Datetime
  createdAt?: Datetime
  viewer?: ViewerState
  labels?: labelDefs.Label[]
  pinnedPost?: repoStrongRef.StrongRef
  verification?: VerificationState
  status?: StatusView
  /** Debug information for internal development */
  debug?: lex.Unknown
}
export const profileViewDetailed: lex.ObjectSchema<ProfileViewDetailed> = lex.typed('app.bsky.actor.defs#profileViewDetailed', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string({maxGraphemes: 64, maxLength: 640}),
  description: lex.string({maxGraphemes: 256, maxLength: 2560}),
  pronouns: lex.string(),
  website: lex.string({format: 'uri'}),
  avatar: lex.string({format: 'uri'}),
  banner: lex.string({format: 'uri'}),
  followersCount: lex.integer(),
  followsCount: lex.integer(),
  postsCount: lex.integer(),
  associated: lex.ref(() => profileAssociated),
  joinedViaStarterPack: lex.ref(() => graphDefs.starterPackViewBasic),
  indexedAt: lex.string({format: 'datetime'}),
  createdAt: lex.string({format: 'datetime'}),
  viewer: lex.ref(() => viewerState),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  pinnedPost: lex.ref(() => repoStrongRef.main),
  verification: lex.ref(() => verificationState),
  status: lex.ref(() => statusView),
  debug: lex.unknown(),
}, ['did', 'handle'])

export type ProfileAssociated = {
  $type?: 'app.bsky.actor.defs#profileAssociated'
  lists?: number
  feedgens?: number
  starterPacks?: number
  labeler?: boolean
  chat?: ProfileAssociatedChat
  activitySubscription?: ProfileAssociatedActivitySubscription
  germ?: ProfileAssociatedGerm
}
export const profileAssociated: lex.ObjectSchema<ProfileAssociated> = lex.typed('app.bsky.actor.defs#profileAssociated', {
  lists: lex.integer(),
  feedgens: lex.integer(),
  starterPacks: lex.integer(),
  labeler: lex.boolean(),
  chat: lex.ref(() => profileAssociatedChat),
  activitySubscription: lex.ref(() => profileAssociatedActivitySubscription),
  germ: lex.ref(() => profileAssociatedGerm),
})

export type ProfileAssociatedChat = {
  $type?: 'app.bsky.actor.defs#profileAssociatedChat'
  allowIncoming: 'all' | 'none' | 'following' | (string & {})
  allowGroupInvites?: 'all' | 'none' | 'following' | (string & {})
}
export const profileAssociatedChat: lex.ObjectSchema<ProfileAssociatedChat> = lex.typed('app.bsky.actor.defs#profileAssociatedChat', {
  allowIncoming: lex.string({knownValues: ['all', 'none', 'following']}),
  allowGroupInvites: lex.string({knownValues: ['all', 'none', 'following']}),
}, ['allowIncoming'])

export type ProfileAssociatedGerm = {
  $type?: 'app.bsky.actor.defs#profileAssociatedGerm'
  messageMeUrl: Uri
  showButtonTo: 'usersIFollow' | 'everyone' | (string & {})
}
export const profileAssociatedGerm: lex.ObjectSchema<ProfileAssociatedGerm> = lex.typed('app.bsky.actor.defs#profileAssociatedGerm', {
  messageMeUrl: lex.string({format: 'uri'}),
  showButtonTo: lex.string({knownValues: ['usersIFollow', 'everyone']}),
}, ['showButtonTo', 'messageMeUrl'])

export type ProfileAssociatedActivitySubscription = {
  $type?: 'app.bsky.actor.defs#profileAssociatedActivitySubscription'
  allowSubscriptions: 'followers' | 'mutuals' | 'none' | (string & {})
}
export const profileAssociatedActivitySubscription: lex.ObjectSchema<ProfileAssociatedActivitySubscription> = lex.typed('app.bsky.actor.defs#profileAssociatedActivitySubscription', {
  allowSubscriptions: lex.string({knownValues: ['followers', 'mutuals', 'none']}),
}, ['allowSubscriptions'])

/**
 * Metadata about the requesting account's relationship with the subject account. Only has meaningful content for authed
 * requests.
 */
export type ViewerState = {
  $type?: 'app.bsky.actor.defs#viewerState'
  /**
   * Whether the account is fully muted, directly or via a mutelist. False when the mute is scoped to specific kinds;
   * see mutedOnlyReposts and mutedOnlyQuoteposts.
   */
  muted?: boolean
  /**
   * Whether the account's reposts are muted. Scoped mutes are exclusive with muted: this can be true while muted is
   * false. If muted is true, this will be false.
   */
  mutedOnlyReposts?: boolean
  /**
   * Whether the account's quote posts are muted. Scoped mutes are exclusive with muted: this can be true while muted is
   * false. If muted is true, this will be false.
   */
  mutedOnlyQuoteposts?: boolean
  mutedByList?: graphDefs.ListViewBasic
  blockedBy?: boolean
  blocking?: AtUri
  blockingByList?: graphDefs.ListViewBasic
  following?: AtUri
  followedBy?: AtUri
  /** This property is present only in selected cases, as an optimization. */
  knownFollowers?: KnownFollowers
  /** This property is present only in selected cases, as an optimization. */
  activitySubscription?: notificationDefs.ActivitySubscription
}
export const viewerState: lex.ObjectSchema<ViewerState> = lex.typed('app.bsky.actor.defs#viewerState', {
  muted: lex.boolean(),
  mutedOnlyReposts: lex.boolean(),
  mutedOnlyQuoteposts: lex.boolean(),
  mutedByList: lex.ref(() => graphDefs.listViewBasic),
  blockedBy: lex.boolean(),
  blocking: lex.string({format: 'at-uri'}),
  blockingByList: lex.ref(() => graphDefs.listViewBasic),
  following: lex.string({format: 'at-uri'}),
  followedBy: lex.string({format: 'at-uri'}),
  knownFollowers: lex.ref(() => knownFollowers),
  activitySubscription: lex.ref(() => notificationDefs.activitySubscription),
})

/** The subject's followers whom you also follow */
export type KnownFollowers = {
  $type?: 'app.bsky.actor.defs#knownFollowers'
  count: number
  followers: ProfileViewBasic[]
}
export const knownFollowers: lex.ObjectSchema<KnownFollowers> = lex.typed('app.bsky.actor.defs#knownFollowers', {
  count: lex.integer(),
  followers: lex.array(lex.ref(() => profileViewBasic), {minLength: 0, maxLength: 5}),
}, ['count', 'followers'])

/** Represents the verification information about the user this object is attached to. */
export type VerificationState = {
  $type?: 'app.bsky.actor.defs#verificationState'
  /**
   * All verifications issued by trusted verifiers on behalf of this user. Verifications by untrusted verifiers are not
   * included.
   */
  verifications: VerificationView[]
  /** The user's status as a verified account. */
  verifiedStatus: 'valid' | 'invalid' | 'none' | (string & {})
  /** The user's status as a trusted verifier. */
  trustedVerifierStatus: 'valid' | 'invalid' | 'none' | (string & {})
}
export const verificationState: lex.ObjectSchema<VerificationState> = lex.typed('app.bsky.actor.defs#verificationState', {
  verifications: lex.array(lex.ref(() => verificationView)),
  verifiedStatus: lex.string({knownValues: ['valid', 'invalid', 'none']}),
  trustedVerifierStatus: lex.string({knownValues: ['valid', 'invalid', 'none']}),
}, ['verifications', 'verifiedStatus', 'trustedVerifierStatus'])

/** An individual verification for an associated subject. */
export type VerificationView = {
  $type?: 'app.bsky.actor.defs#verificationView'
  /** The user who issued this verification. */
  issuer: Did
  /** The display name of the issuer. */
  issuerDisplayName?: string
  /** The handle of the issuer. */
  issuerHandle?: Handle
  /** The AT-URI of the verification record. */
  uri: AtUri
  /** True if the verification passes validation, otherwise false. */
  isValid: boolean
  /** Timestamp when the verification was created. */
  createdAt: Datetime
}
export const verificationView: lex.ObjectSchema<VerificationView> = lex.typed('app.bsky.actor.defs#verificationView', {
  issuer: lex.string({format: 'did'}),
  issuerDisplayName: lex.string(),
  issuerHandle: lex.string({format: 'handle'}),
  uri: lex.string({format: 'at-uri'}),
  isValid: lex.boolean(),
  createdAt: lex.string({format: 'datetime'}),
}, ['issuer', 'uri', 'isValid', 'createdAt'])

export type Preferences = (
  | lex.Typed<AdultContentPref>
  | lex.Typed<ContentLabelPref>
  | lex.Typed<SavedFeedsPref>
  | lex.Typed<SavedFeedsPrefV2>
  | lex.Typed<PersonalDetailsPref>
  | lex.Typed<DeclaredAgePref>
  | lex.Typed<FeedViewPref>
  | lex.Typed<ThreadViewPref>
  | lex.Typed<InterestsPref>
  | lex.Typed<MutedWordsPref>
  | lex.Typed<HiddenPostsPref>
  | lex.Typed<BskyAppStatePref>
  | lex.Typed<LabelersPref>
  | lex.Typed<PostInteractionSettingsPref>
  | lex.Typed<VerificationPrefs>
  | lex.Typed<LiveEventPreferences>
  | lex.Other)[]
export const preferences: lex.ArraySchema<Preferences[number]> = lex.array(lex.union(() => [
  adultContentPref,
  contentLabelPref,
  savedFeedsPref,
  savedFeedsPrefV2,
  personalDetailsPref,
  declaredAgePref,
  feedViewPref,
  threadViewPref,
  interestsPref,
  mutedWordsPref,
  hiddenPostsPref,
  bskyAppStatePref,
  labelersPref,
  postInteractionSettingsPref,
  verificationPrefs,
  liveEventPreferences,
]))

export type AdultContentPref = {
  $type?: 'app.bsky.actor.defs#adultContentPref'
  enabled: boolean
}
export const adultContentPref: lex.ObjectSchema<AdultContentPref> = lex.typed('app.bsky.actor.defs#adultContentPref', {
  enabled: lex.boolean({default: false}),
}, ['enabled'])

export type ContentLabelPref = {
  $type?: 'app.bsky.actor.defs#contentLabelPref'
  /** Which labeler does this preference apply to? If undefined, applies globally. */
  labelerDid?: Did
  label: string
  visibility: 'ignore' | 'show' | 'warn' | 'hide' | (string & {})
}
export const contentLabelPref: lex.ObjectSchema<ContentLabelPref> = lex.typed('app.bsky.actor.defs#contentLabelPref', {
  labelerDid: lex.string({format: 'did'}),
  label: lex.string(),
  visibility: lex.string({knownValues: ['ignore', 'show', 'warn', 'hide']}),
}, ['label', 'visibility'])

export type SavedFeed = {
  $type?: 'app.bsky.actor.defs#savedFeed'
  id: string
  type: 'feed' | 'list' | 'timeline' | (string & {})
  value: string
  pinned: boolean
}
export const savedFeed: lex.ObjectSchema<SavedFeed> = lex.typed('app.bsky.actor.defs#savedFeed', {
  id: lex.string(),
  type: lex.string({knownValues: ['feed', 'list', 'timeline']}),
  value: lex.string(),
  pinned: lex.boolean(),
}, ['id', 'type', 'value', 'pinned'])

export type SavedFeedsPrefV2 = {
  $type?: 'app.bsky.actor.defs#savedFeedsPrefV2'
  items: SavedFeed[]
}
export const savedFeedsPrefV2: lex.ObjectSchema<SavedFeedsPrefV2> = lex.typed('app.bsky.actor.defs#savedFeedsPrefV2', {
  items: lex.array(lex.ref(() => savedFeed)),
}, ['items'])

export type SavedFeedsPref = {
  $type?: 'app.bsky.actor.defs#savedFeedsPref'
  pinned: AtUri[]
  saved: AtUri[]
  timelineIndex?: number
}
export const savedFeedsPref: lex.ObjectSchema<SavedFeedsPref> = lex.typed('app.bsky.actor.defs#savedFeedsPref', {
  pinned: lex.array(lex.string({format: 'at-uri'})),
  saved: lex.array(lex.string({format: 'at-uri'})),
  timelineIndex: lex.integer(),
}, ['pinned', 'saved'])

export type PersonalDetailsPref = {
  $type?: 'app.bsky.actor.defs#personalDetailsPref'
  /** The birth date of account owner. */
  birthDate?: Datetime
}
export const personalDetailsPref: lex.ObjectSchema<PersonalDetailsPref> = lex.typed('app.bsky.actor.defs#personalDetailsPref', {
  birthDate: lex.string({format: 'datetime'}),
})

/**
 * Read-only preference containing value(s) inferred from the user's declared birthdate. Absence of this preference
 * object in the response indicates that the user has not made a declaration.
 */
export type DeclaredAgePref = {
  $type?: 'app.bsky.actor.defs#declaredAgePref'
  /** Indicates if the user has declared that they are over 13 years of age. */
  isOverAge13?: boolean
  /** Indicates if the user has declared that they are over 16 years of age. */
  isOverAge16?: boolean
  /** Indicates if the user has declared that they are over 18 years of age. */
  isOverAge18?: boolean
}
export const declaredAgePref: lex.ObjectSchema<DeclaredAgePref> = lex.typed('app.bsky.actor.defs#declaredAgePref', {
  isOverAge13: lex.boolean(),
  isOverAge16: lex.boolean(),
  isOverAge18: lex.boolean(),
})

export type FeedViewPref = {
  $type?: 'app.bsky.actor.defs#feedViewPref'
  /** The URI of the feed, or an identifier which describes the feed. */
  feed: string
  /** Hide replies in the feed. */
  hideReplies?: boolean
  /** Hide replies in the feed if they are not by followed users. */
  hideRepliesByUnfollowed?: boolean
  /** Hide replies in the feed if they do not have this number of likes. */
  hideRepliesByLikeCount?: number
  /** Hide reposts in the feed. */
  hideReposts?: boolean
  /** Hide quote posts in the feed. */
  hideQuotePosts?: boolean
}
export const feedViewPref: lex.ObjectSchema<FeedViewPref> = lex.typed('app.bsky.actor.defs#feedViewPref', {
  feed: lex.string(),
  hideReplies: lex.boolean(),
  hideRepliesByUnfollowed: lex.boolean({default: true}),
  hideRepliesByLikeCount: lex.integer(),
  hideReposts: lex.boolean(),
  hideQuotePosts: lex.boolean(),
}, ['feed'])

export type ThreadViewPref = {
  $type?: 'app.bsky.actor.defs#threadViewPref'
  /** Sorting mode for threads. */
  sort?: 'oldest' | 'newest' | 'most-likes' | 'random' | 'hotness' | (string & {})
}
export const threadViewPref: lex.ObjectSchema<ThreadViewPref> = lex.typed('app.bsky.actor.defs#threadViewPref', {
  sort: lex.string({knownValues: ['oldest', 'newest', 'most-likes', 'random', 'hotness']}),
})

export type InterestsPref = {
  $type?: 'app.bsky.actor.defs#interestsPref'
  /** The timestamp when the account owner last updated their interests. */
  updatedAt?: Datetime
  /** A list of tags which describe the account owner's interests gathered during onboarding. */
  tags: string[]
}
export const interestsPref: lex.ObjectSchema<InterestsPref> = lex.typed('app.bsky.actor.defs#interestsPref', {
  updatedAt: lex.string({format: 'datetime'}),
  tags: lex.array(lex.string({maxLength: 640, maxGraphemes: 64}), {maxLength: 100}),
}, ['tags'])

export type MutedWordTarget = 'content' | 'tag' | (string & {})
export const mutedWordTarget: lex.StringSchema<MutedWordTarget> = lex.string({knownValues: ['content', 'tag'], maxLength: 640, maxGraphemes: 64})

/** A word that the account owner has muted. */
export type MutedWord = {
  $type?: 'app.bsky.actor.defs#mutedWord'
  id?: string
  /** The muted word itself. */
  value: string
  /** The intended targets of the muted word. */
  targets: MutedWordTarget[]
  /** Groups of users to apply the muted word to. If undefined, applies to all users. */
  actorTarget?: 'all' | 'exclude-following' | (string & {})
  /** The date and time at which the muted word will expire and no longer be applied. */
  expiresAt?: Datetime
}
export const mutedWord: lex.ObjectSchema<MutedWord> = lex.typed('app.bsky.actor.defs#mutedWord', {
  id: lex.string(),
  value: lex.string({maxLength: 10000, maxGraphemes: 1000}),
  targets: lex.array(lex.ref(() => mutedWordTarget)),
  actorTarget: lex.string({knownValues: ['all', 'exclude-following'], default: 'all'}),
  expiresAt: lex.string({format: 'datetime'}),
}, ['value', 'targets'])

export type MutedWordsPref = {
  $type?: 'app.bsky.actor.defs#mutedWordsPref'
  /** A list of words the account owner has muted. */
  items: MutedWord[]
}
export const mutedWordsPref: lex.ObjectSchema<MutedWordsPref> = lex.typed('app.bsky.actor.defs#mutedWordsPref', {
  items: lex.array(lex.ref(() => mutedWord)),
}, ['items'])

export type HiddenPostsPref = {
  $type?: 'app.bsky.actor.defs#hiddenPostsPref'
  /** A list of URIs of posts the account owner has hidden. */
  items: AtUri[]
}
export const hiddenPostsPref: lex.ObjectSchema<HiddenPostsPref> = lex.typed('app.bsky.actor.defs#hiddenPostsPref', {
  items: lex.array(lex.string({format: 'at-uri'})),
}, ['items'])

export type LabelersPref = {
  $type?: 'app.bsky.actor.defs#labelersPref'
  labelers: LabelerPrefItem[]
}
export const labelersPref: lex.ObjectSchema<LabelersPref> = lex.typed('app.bsky.actor.defs#labelersPref', {
  labelers: lex.array(lex.ref(() => labelerPrefItem)),
}, ['labelers'])

export type LabelerPrefItem = {
  $type?: 'app.bsky.actor.defs#labelerPrefItem'
  did: Did
}
export const labelerPrefItem: lex.ObjectSchema<LabelerPrefItem> = lex.typed('app.bsky.actor.defs#labelerPrefItem', {
  did: lex.string({format: 'did'}),
}, ['did'])

/** A grab bag of state that's specific to the bsky.app program. Third-party apps shouldn't use this. */
export type BskyAppStatePref = {
  $type?: 'app.bsky.actor.defs#bskyAppStatePref'
  activeProgressGuide?: BskyAppProgressGuide
  /** Indicates if the user is participating in the beta features program. */
  isBetaUser?: boolean
  /**
   * An array of tokens which identify nudges (modals, popups, tours, highlight dots) that should be shown to the user.
   */
  queuedNudges?: string[]
  /** Storage for NUXs the user has encountered. */
  nuxs?: Nux[]
}
export const bskyAppStatePref: lex.ObjectSchema<BskyAppStatePref> = lex.typed('app.bsky.actor.defs#bskyAppStatePref', {
  activeProgressGuide: lex.ref(() => bskyAppProgressGuide),
  isBetaUser: lex.boolean(),
  queuedNudges: lex.array(lex.string({maxLength: 100}), {maxLength: 1000}),
  nuxs: lex.array(lex.ref(() => nux), {maxLength: 100}),
})

/**
 * If set, an active progress guide. Once completed, can be set to undefined. Should have unspecced fields tracking
 * progress.
 */
export type BskyAppProgressGuide = {
  $type?: 'app.bsky.actor.defs#bskyAppProgressGuide'
  guide: string
}
export const bskyAppProgressGuide: lex.ObjectSchema<BskyAppProgressGuide> = lex.typed('app.bsky.actor.defs#bskyAppProgressGuide', {
  guide: lex.string({maxLength: 100}),
}, ['guide'])

/** A new user experiences (NUX) storage object */
export type Nux = {
  $type?: 'app.bsky.actor.defs#nux'
  id: string
  completed: boolean
  /** Arbitrary data for the NUX. The structure is defined by the NUX itself. Limited to 300 characters. */
  data?: string
  /** The date and time at which the NUX will expire and should be considered completed. */
  expiresAt?: Datetime
}
export const nux: lex.ObjectSchema<Nux> = lex.typed('app.bsky.actor.defs#nux', {
  id: lex.string({maxLength: 100}),
  completed: lex.boolean({default: false}),
  data: lex.string({maxLength: 3000, maxGraphemes: 300}),
  expiresAt: lex.string({format: 'datetime'}),
}, ['id', 'completed'])

/** Preferences for how verified accounts appear in the app. */
export type VerificationPrefs = {
  $type?: 'app.bsky.actor.defs#verificationPrefs'
  /** Hide the blue check badges for verified accounts and trusted verifiers. */
  hideBadges?: boolean
}
export const verificationPrefs: lex.ObjectSchema<VerificationPrefs> = lex.typed('app.bsky.actor.defs#verificationPrefs', {
  hideBadges: lex.boolean({default: false}),
})

/** Preferences for live events. */
export type LiveEventPreferences = {
  $type?: 'app.bsky.actor.defs#liveEventPreferences'
  /** A list of feed IDs that the user has hidden from live events. */
  hiddenFeedIds?: string[]
  /** Whether to hide all feeds from live events. */
  hideAllFeeds?: boolean
}
export const liveEventPreferences: lex.ObjectSchema<LiveEventPreferences> = lex.typed('app.bsky.actor.defs#liveEventPreferences', {
  hiddenFeedIds: lex.array(lex.string()),
  hideAllFeeds: lex.boolean({default: false}),
})

/**
 * Default post interaction settings for the account. These values should be applied as default values when creating new
 * posts. These refs should mirror the threadgate and postgate records exactly.
 */
export type PostInteractionSettingsPref = {
  $type?: 'app.bsky.actor.defs#postInteractionSettingsPref'
  /**
   * Matches threadgate record. List of rules defining who can reply to this users posts. If value is an empty array, no
   * one can reply. If value is undefined, anyone can reply.
   */
  threadgateAllowRules?: (
    | lex.Typed<feedThreadgate.MentionRule>
    | lex.Typed<feedThreadgate.FollowerRule>
    | lex.Typed<feedThreadgate.FollowingRule>
    | lex.Typed<feedThreadgate.ListRule>
    | lex.Other)[]
  /**
   * Matches postgate record. List of rules defining who can embed this users posts. If value is an empty array or is
   * undefined, no particular rules apply and anyone can embed.
   */
  postgateEmbeddingRules?: (lex.Typed<feedPostgate.DisableRule> | lex.Other)[]
}
export const postInteractionSettingsPref: lex.ObjectSchema<PostInteractionSettingsPref> = lex.typed('app.bsky.actor.defs#postInteractionSettingsPref', {
  threadgateAllowRules: lex.array(lex.union(() => [
    feedThreadgate.mentionRule,
    feedThreadgate.followerRule,
    feedThreadgate.followingRule,
    feedThreadgate.listRule,
  ]), {maxLength: 5}),
  postgateEmbeddingRules: lex.array(lex.union(() => [feedPostgate.disableRule]), {maxLength: 5}),
})

export type StatusView = {
  $type?: 'app.bsky.actor.defs#statusView'
  uri?: AtUri
  cid?: CidString
  /** The status for the account. */
  status: 'app.bsky.actor.status#live' | (string & {})
  record: lex.Unknown
  /** An optional embed associated with the status. */
  embed?: lex.Typed<embedExternal.View> | lex.Other
  labels?: labelDefs.Label[]
  /**
   * The date when this status will expire. The application might choose to no longer return the status after
   * expiration.
   */
  expiresAt?: Datetime
  /** True if the status is not expired, false if it is expired. Only present if expiration was set. */
  isActive?: boolean
  /** True if the user's go-live access has been disabled by a moderator, false otherwise. */
  isDisabled?: boolean
}
export const statusView: lex.ObjectSchema<StatusView> = lex.typed('app.bsky.actor.defs#statusView', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  status: lex.string({knownValues: ['app.bsky.actor.status#live']}),
  record: lex.unknown(),
  embed: lex.union(() => [embedExternal.view]),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  expiresAt: lex.string({format: 'datetime'}),
  isActive: lex.boolean(),
  isDisabled: lex.boolean(),
}, ['status', 'record'])
