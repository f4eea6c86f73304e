/** How an account and others stand to each other in public. */
import {getRelationships} from '#lex/gen/app/bsky/graph/getRelationships.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'relations'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

const uri = (by: string, collection: string, rkey: string | null): string | undefined =>
  rkey === null ? undefined : `at://${by}/app.bsky.graph.${collection}/${rkey}`

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getRelationships, {
    auth: 'none',
    async handle({params, fail}) {
      const {actor, others = []} = params
      const id = await hydrator.actorId(actor)
      if (id === undefined) throw fail('ActorNotFound', 'Actor not found')
      const named = await Promise.all(others.map(async other => ({other, id: await hydrator.actorId(other)})))
      const known = named.flatMap(one => one.id ?? [])
      const read = await hydrator.hydrate(undefined, {actors: [id, ...known]})
      const rows = new Map((await skeletons.relations(id, known)).map(row => [row.other, row]))
      const did = read.actors.get(id)?.did ?? ''
      const relationships = named.map(({other, id: otherId}) => {
        const row = rows.get(otherId ?? 0)
        const otherDid = read.actors.get(otherId ?? 0)?.did
        if (!row || otherDid === undefined) {
          return {$type: 'app.bsky.graph.defs#notFoundActor' as const, actor: other, notFound: true as const}
        }
        return {
          $type: 'app.bsky.graph.defs#relationship' as const,
          did: otherDid,
          following: uri(did, 'follow', row.following),
          followedBy: uri(otherDid, 'follow', row.followedBy),
          blocking: uri(did, 'block', row.blocking),
          blockedBy: uri(otherDid, 'block', row.blockedBy),
          blockingByList: uri(did, 'listblock', row.blockingByList),
          blockedByList: uri(otherDid, 'listblock', row.blockedByList),
        }
      })
      return answer(getRelationships, {actor: did, relationships})
    },
  })
