/**
 * Where a page ends and the next begins: by time, and by the number of the record where times are equal. In cursors it
 * is `<ms>__<number>`, newest first.
 */
import {XrpcError} from '#xrpc/errors.ts'
import type {PageRow, Position} from '../store/position.ts'

const newest: Position = {ms: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER}
const oldest: Position = {ms: Number.MIN_SAFE_INTEGER, id: 0}

const cursorOf = ({ms, id}: Position): string => [ms, id].join('__')

/** Throws `InvalidRequest` for what is no cursor. One in the form of 2023, with `::`, is the end of any list. */
function positionOf(cursor: string | undefined): Position {
  if (!cursor) return newest
  if (cursor.includes('::')) return oldest
  const [, ms, id] = /^(-?\d{1,15})__(\d{1,15})$/.exec(cursor) ?? []
  if (ms === undefined) throw new XrpcError('InvalidRequest', 'cursor: must be one that this server gave.')
  return {ms: Number(ms), id: Number(id)}
}

/** How often more is read to fill a page of which rules have taken something out. */
const roundsMax = 10

/** A page as full as can be: `views` leaves out what is not shown, and more is read in its place. */
export async function filledPage<Row extends PageRow, View>(
  {cursor, limit}: {cursor?: string; limit: number},
  rowsAfter: (after: Position, limit: number) => Promise<readonly Row[]>,
  viewsOf: (rows: readonly Row[]) => Promise<readonly View[]>,
): Promise<{items: View[]; cursor: string | undefined}> {
  let after = positionOf(cursor)
  const items: View[] = []
  for (let round = 0; round < roundsMax; round++) {
    const asked = limit - items.length
    const rows = await rowsAfter(after, asked)
    if (rows.length > 0) items.push(...(await viewsOf(rows)))
    const last = rows.at(-1)
    if (!last || (rows.length < asked && !last.isMore && !last.isFull)) return {items, cursor: undefined}
    after = last
    if (items.length >= limit || last.isFull) break
  }
  return {items, cursor: cursorOf(after)}
}
