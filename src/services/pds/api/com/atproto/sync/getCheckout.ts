/** What getRepo was called before it had `since`; old clients still ask for it. */
import {getCheckout} from '#lex/gen/com/atproto/sync/getCheckout.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'export'>}

export const endpoint = ({accountStore, store}: Deps) =>
  query(getCheckout, {
    auth: 'visitor',
    async handle({params, caller, signal}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      return {encoding: 'application/vnd.ipld.car', body: store.export(did, undefined, signal)}
    },
  })
