/** The records of one collection, the newest key first unless asked otherwise. */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import type {Accounts} from '../../../../accounts.ts'
import {query} from '../../../../callers.ts'
import type {RepoStore} from '../../../../repo-store.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; store: Pick<RepoStore, 'records'>}

export const endpoint = ({accounts, store}: Deps) =>
  query(listRecords, {
    auth: 'none',
    async handle({params, fail}) {
      const {repo, collection, limit, cursor, reverse} = params
      const account = await accounts.find(repo)
      if (!account || account.takedownRef !== null || account.deactivatedMs !== null) {
        throw fail('InvalidRequest', `Could not find the repository ${repo} here.`)
      }
      const page = {collection, after: cursor, limit, ascending: reverse === true}
      const records = await store.records(account.did, page)
      return {
        records: records.map(({path, cid, bytes}) => ({
          uri: `at://${account.did}/${path}`,
          cid: cid.toString(),
          value: decodeCborLenient(bytes) as ValueMap,
        })),
        // A page that is not full is the last one.
        cursor: records.length === limit ? records[limit - 1].path.slice(collection.length + 1) : undefined,
      }
    },
  })
