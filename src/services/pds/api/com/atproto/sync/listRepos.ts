/** All repositories here, in the order their accounts were made. */
import {isDid} from '#atp/syntax/did.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import {statusOf} from '../../../../accounts/standing.ts'

type Deps = {accountStore: Pick<AccountStore, 'list'>}

export const endpoint = ({accountStore}: Deps) =>
  query(listRepos, {
    auth: 'none',
    async handle({params, fail}) {
      const {cursor, limit} = params
      if (cursor !== undefined && !isDid(cursor)) throw fail('InvalidRequest', 'Invalid cursor.')
      const page = await accountStore.list(cursor, limit)
      return {
        repos: page.flatMap(account =>
          account.head
            ? [{did: account.did, head: account.head.root.toString(), rev: account.head.rev, ...statusOf(account)}]
            : [],
        ),
        cursor: page.length === limit ? page[limit - 1].did : undefined,
      }
    },
  })
