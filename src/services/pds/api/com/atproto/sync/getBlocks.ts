/** Some blocks of a repository, by CID. */
import {parseCid} from '#atp/data/cid.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {getBlocks} from '#lex/gen/com/atproto/sync/getBlocks.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'blocks'>}
const cidsMax = 1000

export const endpoint = ({accountStore, store}: Deps) =>
  query(getBlocks, {
    auth: 'visitor',
    async handle({params, caller, fail}) {
      if (params.cids.length > cidsMax) throw fail('InvalidRequest', `At most ${cidsMax} CIDs in one request.`)
      const {did} = await visibleRepo(accountStore, params.did, caller)
      const cids = params.cids.map(parseCid)
      const blocks = await store.blocks(did, cids)
      const found = new Set(blocks.map(block => block.cid.key))
      const missing = cids.filter(cid => !found.has(cid.key))
      if (missing.length > 0) throw fail('BlockNotFound', `Not in this repository: ${missing.join(', ').slice(0, 500)}`)
      return {encoding: 'application/vnd.ipld.car', body: encodeCar([], blocks)}
    },
  })
