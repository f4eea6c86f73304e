/**
 * Where a page ends and the next begins: by time, and by the number of the record where times are equal. In cursors it
 * is `<ms>__<number>`, newest first.
 */
import {XrpcError} from '#xrpc/errors.ts'

/** What comes after it is older, or as old and of a lower number. */
export interface Position {
  readonly ms: number
  readonly id: number
}

const newest: Position = {ms: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER}
const oldest: Position = {ms: Number.MIN_SAFE_INTEGER, id: 0}

export const cursorOf = ({ms, id}: Position): string => `${ms}__${id}`

/** Throws `InvalidRequest` for what is no cursor. One in the form of 2023, with `::`, is the end of any list. */
export function positionOf(cursor: string | undefined): Position {
  if (!cursor) return newest
  if (cursor.includes('::')) return oldest
  const [, ms, id] = /^(-?\d{1,15})__(\d{1,15})$/.exec(cursor) ?? []
  if (ms === undefined) throw new XrpcError('InvalidRequest', 'cursor: not one that was given here.')
  return {ms: Number(ms), id: Number(id)}
}

/** The cursor after a page; none when the page shows that there is no more. */
export const nextCursor = (rows: readonly Position[], limit: number): string | undefined =>
  rows.length < limit || rows.length === 0 ? undefined : cursorOf(rows[rows.length - 1])
