/** Starter packs by their URIs. */
import {getStarterPacks} from '#lex/gen/app/bsky/graph/getStarterPacks.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isOwnerShown} from '../../../../pages/list-page.ts'
import {starterPackViewBasic} from '../../../../views/starter-pack.ts'

type Deps = {hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getStarterPacks, {
    auth: 'anyone',
    async handle({params: {uris}, caller}) {
      const ids = [...(await hydrator.recordIds(uris)).values()]
      const read = await hydrator.hydrate(caller?.did, {records: ids})
      const starterPacks = ids.flatMap(id => (isOwnerShown(read, id) ? (starterPackViewBasic(read, id) ?? []) : []))
      return answer(getStarterPacks, {starterPacks})
    },
  })
