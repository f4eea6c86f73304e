/** Pages of who follows whom, which look the same from both sides. */
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import {filledPage} from './paging.ts'
import {isBlocked, isShown} from '../rules.ts'
import type {SkeletonStore} from '../store/skeletons/skeleton-store.ts'
import {profileView} from '../views/profile.ts'

interface Deps {
  readonly skeletons: Pick<SkeletonStore, 'page'>
  readonly hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>
}

interface FollowPage {
  readonly subject: Plain<ProfileView>
  readonly items: Plain<ProfileView>[]
  readonly cursor: string | undefined
}

/** `undefined` when the account is not to be seen. */
export async function followPage(
  {skeletons, hydrator}: Deps,
  what: 'follows' | 'followers',
  params: {actor: string; cursor?: string; limit: number},
  viewer: string | undefined,
): Promise<FollowPage | undefined> {
  const id = await hydrator.actorId(params.actor)
  if (id === undefined) return undefined
  const about = await hydrator.hydrate(viewer, {actors: [id]})
  const subject = profileView(about, id)
  if (!subject || !isShown(about, id) || isBlocked(about, id)) return undefined
  const {items, cursor} = await filledPage(
    params,
    (after, limit) => skeletons.page(what, id, after, limit),
    async rows => {
      const actors = rows.map(({subject: actor}) => actor)
      const read = await hydrator.hydrate(viewer, {actors, meetingActor: id})
      return actors.flatMap(actor =>
        isShown(read, actor) && !isBlocked(read, actor) && !read.areBlocked(id, actor)
          ? (profileView(read, actor) ?? [])
          : [],
      )
    },
  )
  return {subject, items, cursor}
}
