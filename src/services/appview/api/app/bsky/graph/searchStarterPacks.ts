/** Starter packs by what their names have in them, those that most accounts were made through first. */
import {searchStarterPacks} from '#lex/gen/app/bsky/graph/searchStarterPacks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {isOwnerShown, offsetAfter, offsetOf} from '../../../../pages/list-page.ts'
import {isBlocked} from '../../../../rules.ts'
import type {Suggestions} from '../../../../store/skeletons/suggestions.ts'
import {starterPackViewBasic} from '../../../../views/starter-pack.ts'

type Deps = {suggestions: Pick<Suggestions, 'starterPacks'>; hydrator: Pick<Hydrator, 'hydrate'>}

export const endpoint = ({suggestions, hydrator}: Deps) =>
  query(searchStarterPacks, {
    auth: 'anyone',
    async handle({params: {q, limit, cursor}, caller}) {
      const from = offsetOf(cursor)
      const ids = await suggestions.starterPacks(q, from, limit)
      const read = await hydrator.hydrate(caller?.did, {records: ids})
      const starterPacks = ids.flatMap(id => {
        const owner = read.records.get(id)?.actor ?? 0
        return isOwnerShown(read, id) && !isBlocked(read, owner) ? (starterPackViewBasic(read, id) ?? []) : []
      })
      return answer(searchStarterPacks, {cursor: offsetAfter(from, ids.length, limit), starterPacks})
    },
  })
