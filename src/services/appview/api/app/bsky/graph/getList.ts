/** A list and who is on it. Members between whom and its owner there is a block only the owner sees, unless the list is there to block. */
import {getList} from '#lex/gen/app/bsky/graph/getList.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {isShown} from '../../../../rules.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import {listView} from '../../../../views/list.ts'
import {profileView} from '../../../../views/profile.ts'

type Deps = {skeletons: Pick<SkeletonStore, 'page'>; hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getList, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const id = (await hydrator.recordIds([params.list])).get(params.list) ?? 0
      const about = await hydrator.hydrate(caller?.did, {records: [id]})
      const list = listView(about, id)
      const owner = about.records.get(id)?.actor ?? 0
      if (!list || !isShown(about, owner)) throw fail('InvalidRequest', 'List not found')
      const showsAll = list.purpose === 'app.bsky.graph.defs#modlist' || about.viewer?.id === owner
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.page('items', id, after, limit),
        async rows => {
          const actors = rows.map(({subject}) => subject)
          const records = rows.map(row => row.id)
          const read = await hydrator.hydrate(caller?.did, {records, actors, meetingActor: owner})
          return rows.flatMap(({id: item, subject}) => {
            const uri = read.records.get(item)?.uri
            const profile = profileView(read, subject)
            if (!uri || !profile || !isShown(read, subject)) return []
            return showsAll || !read.areBlocked(owner, subject) ? [{uri, subject: profile}] : []
          })
        },
      )
      return answer(getList, {cursor, list, items})
    },
  })
