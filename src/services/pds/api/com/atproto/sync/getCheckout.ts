/** What getRepo was called before it had `since`; old clients still ask for it. */
import {getCheckout} from '#lex/gen/com/atproto/sync/getCheckout.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {Reads} from '../../../../store/reads/reads.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; reads: Pick<Reads, 'export'>}

export const endpoint = ({accountStore, reads}: Deps) =>
  query(getCheckout, {
    auth: 'visitor',
    async handle({params, caller, signal}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      return {encoding: 'application/vnd.ipld.car', body: reads.export(did, undefined, signal)}
    },
  })
