/** What getLatestCommit was called before it told the revision; old clients still ask for it. */
import {getHead} from '#lex/gen/com/atproto/sync/getHead.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'head'>}

export const endpoint = ({accountStore, store}: Deps) =>
  query(getHead, {
    auth: 'visitor',
    async handle({params, caller, fail}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      const head = await store.head(did)
      if (!head) throw fail('HeadNotFound', `This server has no repository for ${did}.`)
      return {root: head.root.toString()}
    },
  })
