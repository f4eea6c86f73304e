/** Who follows an account, newest first. */
import {getFollowers} from '#lex/gen/app/bsky/graph/getFollowers.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {followPage} from '../../../../pages/follow-page.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getFollowers, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const page = await followPage(deps, 'followers', params, caller?.did)
      if (!page) throw fail('InvalidRequest', 'Actor not found')
      return answer(getFollowers, {subject: page.subject, cursor: page.cursor, followers: page.items})
    },
  })
