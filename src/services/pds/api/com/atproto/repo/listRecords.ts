/**
 * The records of one collection, the newest key first unless asked otherwise. A page of a hundred is most of what
 * servers are asked for at length, so records go from their CBOR to JSON text without becoming values in between.
 */
import {cborToJsonLenient} from '#atp/data/cbor-json.ts'
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Reply} from '#std/wire/reply.ts'
import {writeLatin1} from '#std/text.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {RepoStore, StoredRecord} from '../../../../store/repo-store.ts'
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
      const next =
        isCut || records.length === limit ? records[records.length - 1].path.slice(collection.length + 1) : undefined
      return jsonOf(account.did, records, next)
    },
  })

/** The answer as its lexicon has it. DIDs, paths, CIDs and cursors are ASCII without anything to escape. */
function jsonOf(did: Did, records: readonly StoredRecord[], next: string | undefined): Reply {
  let size = 0
  const parts = records.map(({path, cid, bytes}, i) => {
    const head = `${i === 0 ? '' : '},'}{"uri":"at://${did}/${path}","cid":"${cid}","value":`
    const value = cborToJsonLenient(bytes)
    size += head.length + value.length
    return {head, value}
  })
  const start = '{"records":['
  const end = `${records.length > 0 ? '}' : ''}]${next === undefined ? '' : `,"cursor":"${next}"`}}`
  const json = Buffer.allocUnsafeSlow(start.length + size + end.length)
  let at = writeLatin1(start, json, 0)
  for (const {head, value} of parts) {
    at += writeLatin1(head, json, at)
    json.set(value, at)
    at += value.length
  }
  writeLatin1(end, json, at)
  return new Reply(json, {headers: new Headers({'content-type': 'application/json'})})
}
