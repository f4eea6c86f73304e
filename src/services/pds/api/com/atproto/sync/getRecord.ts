/** One record with its proof, or the proof that there is none: a CAR of the commit and the nodes that show it. */
import {encodeCar} from '#atp/repo/car-write.ts'
import {getRecord} from '#lex/gen/com/atproto/sync/getRecord.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import type {Repos} from '../../../../repos/repos.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; repos: Pick<Repos, 'proof'>}

export const endpoint = ({accountStore, repos}: Deps) =>
  query(getRecord, {
    auth: 'visitor',
    async handle({params, caller, fail}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      const proof = await repos.proof(did, `${params.collection}/${params.rkey}`)
      if (!proof) throw fail('RepoNotFound', `This server has no repository for ${did}.`)
      return {encoding: 'application/vnd.ipld.car', body: encodeCar([proof.root], proof.blocks)}
    },
  })
