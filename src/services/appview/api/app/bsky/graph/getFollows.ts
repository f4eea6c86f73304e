/** Whom an account follows, newest first. */
import {getFollows} from '#lex/gen/app/bsky/graph/getFollows.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {followPage} from '../../../../pages/follow-page.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getFollows, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const page = await followPage(deps, 'follows', params, caller?.did)
      if (!page) throw fail('InvalidRequest', 'Actor not found')
      return answer(getFollows, {subject: page.subject, cursor: page.cursor, follows: page.items})
    },
  })
