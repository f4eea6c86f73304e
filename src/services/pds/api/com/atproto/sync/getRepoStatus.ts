/** Whether a repository is served here, and up to which revision. */
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {statusOf} from '../../../../accounts/standing.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'head'>}

export const endpoint = ({accountStore, store}: Deps) =>
  query(getRepoStatus, {
    auth: 'none',
    async handle({params, fail}) {
      const account = await accountStore.byDid(params.did)
      if (!account) throw fail('RepoNotFound', `This server has no repository for ${params.did}.`)
      const status = statusOf(account)
      const rev = status.active ? (await store.head(account.did))?.rev : undefined
      return {did: account.did, ...status, rev}
    },
  })
