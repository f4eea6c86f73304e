/** Accounts as clients see them, where they are named or listed. */
import type {ProfileView, ProfileViewBasic, ViewerState} from '#lex/gen/app/bsky/actor/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {ActorCore} from '../hydration/actor-core.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {blobCid, type BlobJson} from '../hydration/record-json.ts'
import type {Relation} from '../hydration/relation.ts'
import {isBlocked} from '../rules.ts'
import {listViewBasic} from './list-basic.ts'

/** `undefined` for an account that the index has not met. */
export function profileViewBasic(read: Hydration, id: number): Plain<ProfileViewBasic> | undefined {
  const actor = read.actors.get(id)
  return actor && profileBasics(read, actor)
}

export function profileView(read: Hydration, id: number): Plain<ProfileView> | undefined {
  const actor = read.actors.get(id)
  if (!actor) return undefined
  return {
    ...profileBasics(read, actor),
    description: actor.profile?.description || undefined,
    indexedAt: actor.indexedAt,
  }
}

/** Who may hear of each post of an account that says nothing of it. */
const followersOnly = {allowSubscriptions: 'followers'}

export function profileBasics(read: Hydration, actor: ActorCore): Omit<Plain<ProfileViewBasic>, '$type'> {
  const {id, did, handle, profile, isLabeler, chat, subscriptions, germ} = actor
  return {
    did,
    handle,
    displayName: profile?.displayName,
    pronouns: profile?.pronouns,
    avatar: profileImage(read, actor, 'avatar', profile?.avatar),
    associated: {labeler: isLabeler || undefined, chat, activitySubscription: subscriptions ?? followersOnly, germ},
    viewer: profileViewerState(read, id),
    labels: actor.labels,
    createdAt: actor.createdAt,
  }
}

export const profileImage = (
  {images}: Hydration,
  {did}: ActorCore,
  preset: 'avatar' | 'banner',
  blob: BlobJson | undefined,
): string | undefined => blob && images.image(preset, did, blobCid(blob))

/** How the viewer and an account stand to each other; `undefined` without a viewer. */
function profileViewerState(read: Hydration, id: number): Plain<ViewerState> | undefined {
  if (!read.viewer) return undefined
  const relation = read.relations.get(id)
  if (!relation) return {muted: false, mutedOnlyReposts: false, mutedOnlyQuoteposts: false, blockedBy: false}
  const isBetween = isBlocked(read, id)
  return {
    muted: relation.muted === 'all' || relation.mutedByList !== undefined,
    mutedOnlyReposts: relation.muted === 'reposts',
    mutedOnlyQuoteposts: relation.muted === 'quoteposts',
    mutedByList: relation.mutedByList === undefined ? undefined : listViewBasic(read, relation.mutedByList),
    blockedBy: relation.blockedBy === true || relation.blockedByList === true,
    blocking: blockingUri(read, relation),
    blockingByList: relation.blockingByList === undefined ? undefined : listViewBasic(read, relation.blockingByList),
    following: isBetween ? undefined : relation.following,
    followedBy: isBetween ? undefined : relation.followedBy,
    activitySubscription: relation.subscription,
  }
}

/** Of a block by a list it is the list, as in the official answers. */
const blockingUri = (read: Hydration, {blocking, blockingByList}: Relation): string | undefined =>
  blocking ?? (blockingByList === undefined ? undefined : read.records.get(blockingByList)?.uri)
