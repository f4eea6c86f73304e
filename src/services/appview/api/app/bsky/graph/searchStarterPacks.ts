/** Starter packs by what their names have in them, those that most accounts were made through first. */
import {searchStarterPacks} from '#lex/gen/app/bsky/graph/searchStarterPacks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isOwnerShown, offsetAfter, offsetOf} from '../../../../pages/list-page.ts'
import {isBlocked} from '../../../../rules.ts'
import type {SearchStore} from '../../../../store/search/search-store.ts'
import {starterPackViewBasic} from '../../../../views/starter-pack.ts'

type Deps = {search: Pick<SearchStore, 'popularStarterPacks'>; hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = ({search, hydrator}: Deps) =>
  query(searchStarterPacks, {
    auth: 'anyone',
    async handle({params: {q, limit, cursor}, caller}) {
      const from = offsetOf(cursor)
      const ids = await search.popularStarterPacks(q, from, limit)
      const read = await hydrator.hydrate(caller?.did, {records: ids})
      const starterPacks = ids.flatMap(id => {
        const owner = read.records.get(id)?.actor ?? 0
        return isOwnerShown(read, id) && !isBlocked(read, owner) ? (starterPackViewBasic(read, id) ?? []) : []
      })
      return answer(searchStarterPacks, {cursor: offsetAfter(from, ids.length, limit), starterPacks})
    },
  })
