/** Those of an account’s followers whom the viewer follows. */
import {getKnownFollowers} from '#lex/gen/app/bsky/graph/getKnownFollowers.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {profileView} from '../../../../views/profile.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'knownFollowers'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getKnownFollowers, {
    auth: 'viewer',
    async handle({params, caller}) {
      const id = await knownActor(hydrator, params.actor)
      const viewer = await knownActor(hydrator, caller.did)
      const known = await skeletons.knownFollowers(viewer, id, params.limit)
      const read = await hydrator.hydrate(caller.did, {actors: [id, ...known.ids]})
      const subject = profileView(read, id)
      if (!subject) throw new XrpcError('InvalidRequest', 'Actor not found')
      return answer(getKnownFollowers, {subject, followers: shownProfiles(read, known.ids)})
    },
  })
