/**
 * Records as they are answered, one or a page of them. A page of a hundred is most of what servers are asked for at length, so records
 * go from their CBOR to JSON text without becoming values in between.
 */
import {joinJson} from '#atp/data/cbor-json.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {toUtf8} from '#std/text.ts'
import type {JoinedRecords, StoredRecord} from '../repos/joined-records.ts'

/**
 * The answer of `listRecords` as its lexicon has it; with `more`, the collection, its last record key is the cursor.
 * DIDs, paths, CIDs and cursors are ASCII without anything to escape.
 */
export function pageJson(did: Did, records: JoinedRecords, more: Nsid | undefined): Uint8Array<ArrayBuffer> {
  const {bytes, length} = records
  const uri = toUtf8(`},{"uri":"at://${did}/`)
  return joinJson(to => {
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
}

/** The answer of `getRecord` as its lexicon has it. */
export const recordJson = (did: Did, {path, cid, bytes}: StoredRecord): Uint8Array<ArrayBuffer> =>
  joinJson(to => {
    to.ascii(`{"uri":"at://${did}/${path}","cid":"${cid}","value":`)
    to.cborLenient(bytes, 0, bytes.length)
    to.ascii('}')
  }, bytes.length)

const cidName = toUtf8('","cid":"')
const valueName = toUtf8('","value":')
