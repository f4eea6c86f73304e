/** All there is to say of an account. */
import {XrpcError} from '#xrpc/errors.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {profileViewDetailed} from '../../../../views/profile-detailed.ts'

type Deps = {
  skeletons: Pick<SkeletonStore, 'knownFollowers'>
  hydrator: Pick<HydrationStore, 'hydrate' | 'actorId' | 'rev'>
}

/** Of the followers whom the viewer knows, how many are shown. */
const knownShownMax = 5

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getProfile, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const id = await hydrator.actorId(params.actor)
      const viewer = caller && (await hydrator.actorId(caller.did))
      if (id === undefined) throw fail('InvalidRequest', 'Profile not found')
      const isOther = viewer !== undefined && viewer !== id
      const knownFollowers = isOther ? await skeletons.knownFollowers(viewer, id, knownShownMax) : undefined
      const actors = [id, ...(knownFollowers?.ids ?? [])]
      const read = await hydrator.hydrate(caller?.did, {actors, inDetail: true})
      const view = profileViewDetailed(read, id, {knownFollowers})
      const actor = read.actors.get(id)
      if (!actor || !view || actor.status === 'deleted') throw fail('InvalidRequest', 'Profile not found')
      if (actor.isTakenDown) throw refusal('AccountTakedown', 'Account has been suspended')
      if (actor.isHidden) throw refusal('AccountDeactivated', 'Account is deactivated')
      return answer(getProfile, view, await hydrator.rev(caller?.did))
    },
  })

/** Names that the lexicon does not declare and clients know all the same. */
const refusal = (error: string, message: string): XrpcError => new XrpcError(error, message)
