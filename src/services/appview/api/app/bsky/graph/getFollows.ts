/** Whom an account follows, newest first. */
import {getFollows} from '#lex/gen/app/bsky/graph/getFollows.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {followPage} from '../../../../pages/follow-page.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import type {Graph} from '../../../../store/skeletons/graph.ts'

type Deps = {graph: Pick<Graph, 'page'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = (deps: Deps) =>
  query(getFollows, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const page = await followPage(deps, 'follows', params, caller?.did)
      if (!page) throw fail('InvalidRequest', 'Actor not found')
      return answer(getFollows, {subject: page.subject, cursor: page.cursor, follows: page.items})
    },
  })
