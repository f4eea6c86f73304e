/** Who has reposted a post, newest first. */
import {getRepostedBy} from '#lex/gen/app/bsky/feed/getRepostedBy.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {Graph} from '../../../../store/skeletons/graph.ts'

type Deps = {graph: Pick<Graph, 'page'>; hydrator: Pick<Hydrator, 'hydrate' | 'recordIds'>}

export const endpoint = ({graph, hydrator}: Deps) =>
  query(getRepostedBy, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {uri, cid} = params
      const subject = (await hydrator.recordIds([uri])).get(uri)
      if (subject === undefined) return answer(getRepostedBy, {uri, cid, repostedBy: []})
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => graph.page('reposts', subject, after, limit),
        async rows => {
          const ids = rows.map(({actor}) => actor)
          return shownProfiles(await hydrator.hydrate(caller?.did, {actors: ids}), ids)
        },
      )
      return answer(getRepostedBy, {uri, cid, cursor, repostedBy: items})
    },
  })
