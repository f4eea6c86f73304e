/** The newest commit of a repository. */
import {getLatestCommit} from '#lex/gen/com/atproto/sync/getLatestCommit.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'head'>}

export const endpoint = ({accountStore, store}: Deps) =>
  query(getLatestCommit, {
    auth: 'visitor',
    async handle({params, caller, fail}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      const head = await store.head(did)
      if (!head) throw fail('RepoNotFound', `This server has no repository for ${did}.`)
      return {cid: head.root.toString(), rev: head.rev}
    },
  })
