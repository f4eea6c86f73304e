/**
 * The records of one collection, the newest key first unless asked otherwise. A page of a hundred is most of what
 * servers are asked for at length, so records go from their CBOR to JSON text without becoming values in between.
 */
import {joinJson} from '#atp/data/cbor-json.ts'
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {Reply} from '#std/wire/reply.ts'
import {toUtf8} from '#std/text.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {JoinedRecords} from '../../../../store/repos/joined-records.ts'
import type {RepoStore} from '../../../../store/repos/repo-store.ts'
import {isVisible} from '../../../visible-repo.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; store: Pick<RepoStore, 'records'>}

export const endpoint = ({accounts, store}: Deps) =>
  query(listRecords, {
    auth: 'none',
    async handle({params, fail}) {
      const {repo, collection, limit, cursor, reverse} = params
      const account = await accounts.find(repo)
      if (!account || !isVisible(account)) {
        throw fail('InvalidRequest', `Could not find the repository ${repo} here.`)
      }
      const page = {collection, after: cursor, limit, ascending: reverse === true}
      const {records, isCut} = await store.records(account.did, page)
      // A page that is not full is the last one.
      return replyOf(account.did, records, isCut || records.length === limit ? collection : undefined)
    },
  })

/**
 * The answer as its lexicon has it; with `more`, the collection, its last record key is the cursor. DIDs, paths, CIDs
 * and cursors are ASCII without anything to escape.
 */
function replyOf(did: Did, records: JoinedRecords, more: Nsid | undefined): Reply {
  const {bytes, length} = records
  const uri = toUtf8(`},{"uri":"at://${did}/`)
  const json = joinJson(to => {
    to.ascii('{"records":[')
    records.forEachPlace(({path, pathEnd, cid, start, end}, i) => {
      to.raw(uri, i === 0 ? 2 : 0, uri.length)
      to.raw(bytes, path, pathEnd)
      to.raw(cidName, 0, cidName.length)
      to.cid(bytes, cid)
      to.raw(valueName, 0, valueName.length)
      to.cborLenient(bytes, start, end)
      if (i < length - 1) return
      to.ascii('}')
      if (more === undefined) return
      to.ascii('],"cursor":"')
      to.raw(bytes, path + more.length + 1, pathEnd)
    })
    to.ascii(more === undefined || length === 0 ? ']}' : '"}')
  }, bytes.length)
  return new Reply(json, {headers: new Headers({'content-type': 'application/json'})})
}
const cidName = toUtf8('","cid":"')
const valueName = toUtf8('","value":')
