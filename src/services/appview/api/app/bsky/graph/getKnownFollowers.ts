/** Those of an account’s followers whom the viewer follows. */
import {getKnownFollowers} from '#lex/gen/app/bsky/graph/getKnownFollowers.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {Graph} from '../../../../store/skeletons/graph.ts'
import {profileView} from '../../../../views/profile.ts'

type Deps = {graph: Pick<Graph, 'knownFollowers'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = ({graph, hydrator}: Deps) =>
  query(getKnownFollowers, {
    auth: 'viewer',
    async handle({params, caller}) {
      const id = await knownActor(hydrator, params.actor)
      const viewer = await knownActor(hydrator, caller.did)
      const known = await graph.knownFollowers(viewer, id, params.limit)
      const read = await hydrator.hydrate(caller.did, {actors: [id, ...known.ids]})
      const subject = profileView(read, id)
      if (!subject) throw new XrpcError('InvalidRequest', 'Actor not found')
      return answer(getKnownFollowers, {subject, followers: shownProfiles(read, known.ids)})
    },
  })
