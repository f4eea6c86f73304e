/** Who has reposted a post, newest first. */
import {getRepostedBy} from '#lex/gen/app/bsky/feed/getRepostedBy.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {shownProfiles} from '../../../../pages/profile-page.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getRepostedBy, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {uri, cid} = params
      const subject = (await hydrator.recordIds([uri])).get(uri)
      if (subject === undefined) return answer(getRepostedBy, {uri, cid, repostedBy: []})
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('reposts', subject, after, limit),
        async rows => {
          const ids = rows.map(({subject: actor}) => actor)
          return shownProfiles(await hydrator.hydrate(caller?.did, {actors: ids}), ids)
        },
      )
      return answer(getRepostedBy, {uri, cid, cursor, repostedBy: items})
    },
  })
