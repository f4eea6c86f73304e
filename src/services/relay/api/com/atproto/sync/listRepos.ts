/** Every repository that was passed on here, in the order in which they were first seen. */
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import {query} from '../../../callers.ts'
import {rowBefore} from '../../../cursor-check.ts'
import type {RelayStore} from '../../../../store/relay-store.ts'
import {statusOf} from '../../../visible-repo.ts'

type Deps = {store: Pick<RelayStore, 'reposAfter'>}

export const endpoint = ({store}: Deps) =>
  query(listRepos, {
    auth: 'none',
    async handle({params: {cursor, limit}}) {
      const page = await store.reposAfter(rowBefore(cursor), limit)
      return {
        repos: page.flatMap(({did, state}) =>
          state.head ? [{did, head: state.head.commit.toString(), rev: state.head.rev, ...statusOf(state)}] : [],
        ),
        cursor: page.length === limit ? String(page[limit - 1].id) : undefined,
      }
    },
  })
