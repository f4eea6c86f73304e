/** The viewer’s own lists, and whether an account is on each. */
import {getListsWithMembership} from '#lex/gen/app/bsky/graph/getListsWithMembership.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {knownActor} from '../../../../pages/list-page.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {listView} from '../../../../views/list.ts'
import {profileView} from '../../../../views/profile.ts'

type Deps = {
  skeletons: Pick<SkeletonStore, 'page' | 'memberships'>
  hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>
}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getListsWithMembership, {
    auth: 'viewer',
    async handle({params, caller}) {
      const subject = await knownActor(hydrator, params.actor)
      const viewer = await knownActor(hydrator, caller.did)
      const purposes = (params.purposes ?? ['modlist', 'curatelist']).map(name => `app.bsky.graph.defs#${name}`)
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('lists', viewer, after, limit),
        async rows => {
          const ids = rows.map(({id}) => id)
          const members = await skeletons.memberships(ids, subject)
          const read = await hydrator.hydrate(caller.did, {records: [...ids, ...members.values()], actors: [subject]})
          return ids.flatMap(id => {
            const list = listView(read, id)
            const uri = read.records.get(members.get(id) ?? 0)?.uri
            const profile = profileView(read, subject)
            if (!list || !purposes.includes(list.purpose)) return []
            return [{list, listItem: uri && profile ? {uri, subject: profile} : undefined}]
          })
        },
      )
      return answer(getListsWithMembership, {cursor, listsWithMembership: items})
    },
  })
