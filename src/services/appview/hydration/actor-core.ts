/** What is the same about an account for everyone who looks at it: handle, profile, counts, status. */
import type {Profile} from '#lex/gen/app/bsky/actor/profile.ts'
import type {Declaration as NotificationDeclaration} from '#lex/gen/app/bsky/notification/declaration.ts'
import type {Declaration} from '#lex/gen/chat/bsky/actor/declaration.ts'
import type {Declaration as GermDeclaration} from '#lex/gen/com/germnetwork/declaration.ts'
import {shownTime} from '../claimed-time.ts'
import type {LabelJson} from './record-core.ts'
import {cidText, type JsonOf, recordJson, textOf} from './record-json.ts'

type ShownProfile = Omit<JsonOf<Profile>, '$type' | 'joinedViaStarterPack' | 'createdAt'> & {
  /** As every client reads it. */
  readonly createdAt?: string
}

export interface ActorCore {
  readonly id: number
  readonly did: string
  /** `handle.invalid` for one that is not confirmed. */
  readonly handle: string
  /** Of the account, as its host says; null for active. */
  readonly status: string | null
  readonly isTakenDown: boolean
  /** Whether the account is shown at all. */
  readonly isHidden: boolean
  /** The last commit that was indexed. */
  readonly rev: string | null
  readonly profile: ShownProfile | undefined
  readonly indexedAt: string | undefined
  readonly createdAt: string | undefined
  readonly labels: readonly LabelJson[]
  readonly isLabeler: boolean
  /** Whether it blocks anybody, by itself and by lists: few do, and of the others nothing need be asked. */
  readonly hasBlocks: boolean
  readonly hasListBlocks: boolean
  readonly followers: number
  readonly follows: number
  readonly posts: number
  readonly lists: number
  readonly generators: number
  readonly starterPacks: number
  /** The number of the starter pack it was made through. */
  readonly joinedVia: number | null
  /** Records under `self` that clients look at: who may write to it, and who may hear of its posts. */
  readonly chat: {allowIncoming: string; allowGroupInvites?: string} | undefined
  readonly subscriptions: {allowSubscriptions: string} | undefined
  readonly germ: {showButtonTo: string; messageMeUrl: string} | undefined
}

/** As a store reads it. */
export type ActorRow = readonly [
  id: number,
  did: string,
  handle: string | null,
  status: string | null,
  takedownRef: string | null,
  rev: string | null,
  cid: Uint8Array | null,
  body: Uint8Array | null,
  sortMs: number | null,
  joinedVia: number | null,
  isLabeler: number,
  hasBlocks: number,
  hasListBlocks: number,
  followers: number | null,
  follows: number | null,
  posts: number | null,
  lists: number | null,
  generators: number | null,
  starterPacks: number | null,
  chat: Uint8Array | null,
  subscriptions: Uint8Array | null,
  germ: Uint8Array | null,
]

export function actorCoreOf(row: ActorRow): ActorCore {
  const [id, did, handle, status, takedownRef, rev, cid, body, sortMs, joinedVia, isLabeler, blocks, listBlocks] = row
  const [followers, follows, posts, lists, generators, starterPacks] = row.slice(13, 19) as (number | null)[]
  const [chat, subscriptions, germ] = row.slice(19) as (Uint8Array | null)[]
  const profile = body ? profileOf(body) : undefined
  return {
    id,
    did,
    handle: handle ?? 'handle.invalid',
    status,
    isTakenDown: takedownRef !== null || status === 'takendown' || status === 'suspended',
    isHidden: takedownRef !== null || status !== null,
    rev,
    profile,
    indexedAt: sortMs === null ? undefined : new Date(sortMs).toISOString(),
    createdAt: profile?.createdAt,
    labels: profile && cid ? profileLabels(profile, did, cidText(cid)) : [],
    isLabeler: isLabeler === 1,
    hasBlocks: blocks === 1,
    hasListBlocks: listBlocks === 1,
    followers: followers ?? 0,
    follows: follows ?? 0,
    posts: posts ?? 0,
    lists: lists ?? 0,
    generators: generators ?? 0,
    starterPacks: starterPacks ?? 0,
    joinedVia,
    chat: chat ? chatOf(chat) : undefined,
    subscriptions: subscriptions ? subscriptionsOf(subscriptions) : undefined,
    germ: germ ? germOf(germ) : undefined,
  }
}

/** What clients are shown of a profile: no more of it is kept. */
function profileOf(body: Uint8Array): ShownProfile {
  const profile = recordJson(body).record as unknown as JsonOf<Profile>
  const {displayName, description, pronouns, website, avatar, banner, pinnedPost, labels} = profile
  const createdAt = shownTime(profile.createdAt)
  return {displayName, description, pronouns, website, avatar, banner, pinnedPost, createdAt, labels}
}

function chatOf(body: Uint8Array): ActorCore['chat'] {
  const {allowIncoming, allowGroupInvites} = recordJson(body).record as unknown as JsonOf<Declaration>
  return {allowIncoming, allowGroupInvites}
}

function subscriptionsOf(body: Uint8Array): ActorCore['subscriptions'] {
  const {allowSubscriptions} = recordJson(body).record as unknown as JsonOf<NotificationDeclaration>
  return {allowSubscriptions}
}

function germOf(body: Uint8Array): ActorCore['germ'] {
  const {messageMe} = recordJson(body).record as unknown as JsonOf<GermDeclaration>
  return messageMe && {showButtonTo: messageMe.showButtonTo, messageMeUrl: messageMe.messageMeUrl}
}

function profileLabels(profile: ShownProfile, src: string, cid: string): LabelJson[] {
  if (profile.labels?.$type !== 'com.atproto.label.defs#selfLabels') return []
  const {values} = profile.labels as {values: readonly {val: string}[]}
  const uri = textOf('at://', src, '/app.bsky.actor.profile/self')
  const cts = profile.createdAt ?? new Date(0).toISOString()
  return values.map(({val}) => ({src, uri, cid, val, cts}))
}
