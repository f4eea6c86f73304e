/** An account as clients see it on a page of its own. */
import type {ProfileViewDetailed, ViewerState} from '#lex/gen/app/bsky/actor/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {profileBasics, profileImage, profileViewBasic} from './profile.ts'
import {starterPackViewBasic} from './starter-pack.ts'

/** What only a page about one account shows. */
export interface ProfileDetails {
  readonly knownFollowers?: {readonly count: number; readonly ids: readonly number[]}
}

export function profileViewDetailed(
  read: Hydration,
  id: number,
  {knownFollowers}: ProfileDetails = {},
): Plain<ProfileViewDetailed> | undefined {
  const actor = read.actors.get(id)
  if (!actor) return undefined
  const {profile} = actor
  const view = profileBasics(read, actor)
  const pinned = profile?.pinnedPost
  return {
    ...view,
    description: profile?.description || undefined,
    website: profile?.website?.startsWith('https://') ? profile.website : undefined,
    banner: profileImage(read, actor, 'banner', profile?.banner),
    followersCount: actor.followers,
    followsCount: actor.follows,
    postsCount: actor.posts,
    associated: {
      ...view.associated,
      lists: actor.lists,
      feedgens: actor.generators,
      starterPacks: actor.starterPacks,
      labeler: actor.isLabeler,
    },
    joinedViaStarterPack: actor.joinedVia === null ? undefined : starterPackViewBasic(read, actor.joinedVia),
    indexedAt: actor.indexedAt,
    pinnedPost: pinned && {uri: pinned.uri, cid: pinned.cid},
    viewer: view.viewer && {...view.viewer, knownFollowers: knownFollowersView(read, knownFollowers)},
  }
}

function knownFollowersView(
  read: Hydration,
  known: ProfileDetails['knownFollowers'],
): Plain<ViewerState>['knownFollowers'] {
  if (!known || known.count === 0) return undefined
  return {count: known.count, followers: known.ids.flatMap(id => profileViewBasic(read, id) ?? [])}
}
