/**
 * What a cursor may be. One of a list is the number of the last row of the page before.
 *
 * One of the firehose that is no number is refused before there is a stream, with 400, as the relays of others do: a
 * client that writes one has a fault that coming again does not mend. One that is ahead or too old is told in the stream.
 * An empty one is none, as it is to the relays of others: `@atproto/sync` 0.1 writes `cursor=` as long as it has none.
 */
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {toResponse, XrpcError} from '#xrpc/errors.ts'

const path = `/xrpc/${subscribeRepos.nsid}`

/** The answer to a subscription whose cursor is no seq; `undefined` for any other. */
export function refusedCursor(request: Request): Response | undefined {
  const {pathname, searchParams} = new URL(request.url)
  const cursor = searchParams.get('cursor')
  if (pathname !== path || cursor === null || cursor === '') return undefined
  if (/^\d{1,16}$/.test(cursor) && Number.isSafeInteger(Number(cursor))) return undefined
  return toResponse(new XrpcError('InvalidRequest', 'cursor: expected a seq, a whole number.'))
}

/** The row after which a page of a list begins; 0 for the first page. Throws `InvalidRequest` for what is no cursor. */
export function rowBefore(cursor = '0'): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new XrpcError('InvalidRequest', 'cursor: not one that was given here.')
}
