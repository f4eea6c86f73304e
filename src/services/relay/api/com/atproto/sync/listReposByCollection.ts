/** The repositories that have records of a collection, of those that are passed on here, in the order first seen. */
import {listReposByCollection} from '#lex/gen/com/atproto/sync/listReposByCollection.ts'
import {query} from '../../../callers.ts'
import {rowBefore} from '../../../cursor-check.ts'
import type {CollectionStore} from '../../../../store/collection-store.ts'

type Deps = {collections: Pick<CollectionStore, 'reposWith'>}

export const endpoint = ({collections}: Deps) =>
  query(listReposByCollection, {
    auth: 'none',
    async handle({params: {collection, cursor, limit}}) {
      const page = await collections.reposWith(collection, rowBefore(cursor), limit)
      return {
        // Those that are not active for now make a page shorter, and are there again when they are.
        repos: page.flatMap(({did, active}) => (active ? [{did}] : [])),
        cursor: page.length === limit ? String(page[limit - 1].id) : undefined,
      }
    },
  })
