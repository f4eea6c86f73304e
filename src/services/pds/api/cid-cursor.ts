/** Cursors of lists of CIDs: the last CID of the page before. */
import {isCid, parseCid, type Cid} from '#atp/data/cid.ts'
import {XrpcError} from '#xrpc/errors.ts'

export function cidOfCursor(cursor: string | undefined): Cid | undefined {
  if (cursor === undefined) return undefined
  if (!isCid(cursor)) throw new XrpcError('InvalidRequest', 'Invalid cursor.')
  return parseCid(cursor)
}
