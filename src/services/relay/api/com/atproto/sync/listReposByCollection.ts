/** The repositories that have records of a collection, of those that are passed on here, in the order first seen. */
import {listReposByCollection} from '#lex/gen/com/atproto/sync/listReposByCollection.ts'
import {query} from '../../../callers.ts'
import type {CollectionStore} from '../../../../store/collection-store.ts'

type Deps = {collections: Pick<CollectionStore, 'reposWith'>}

export const endpoint = ({collections}: Deps) =>
  query(listReposByCollection, {
    auth: 'none',
    async handle({params: {collection, cursor, limit}, fail}) {
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
        throw fail('InvalidRequest', 'cursor: not one that was given here.')
      }
      const page = await collections.reposWith(collection, Number(cursor ?? 0), limit)
      return {
        // Those that are not active for now make a page shorter, and are there again when they are.
        repos: page.flatMap(({did, active}) => (active ? [{did}] : [])),
        cursor: page.length === limit ? String(page[limit - 1].id) : undefined,
      }
    },
  })
