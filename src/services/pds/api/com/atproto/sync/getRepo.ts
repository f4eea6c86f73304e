/** A repository as a CAR in preorder, streamed; with `since`, only what is newer. */
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'export'>}

export const endpoint = ({accountStore, store}: Deps) =>
  query(getRepo, {
    auth: 'visitor',
    async handle({params, caller, signal}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      return {encoding: 'application/vnd.ipld.car', body: store.export(did, params.since, signal)}
    },
  })
