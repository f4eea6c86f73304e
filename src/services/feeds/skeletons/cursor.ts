/**
 * Cursors: a time and the CID of the item at which a page ended, as `1780272000000::bafyrei…`. Where several have both, the
 * number of the post comes after them.
 */
import {cidFromText} from '#atp/data/cid.ts'
import {BadCursor} from '#sdk/feed/feed.ts'
import type {Place} from '../store/post-store.ts'

export const cursorAt = (timeMs: number, cid: string, id?: number): string =>
  `${timeMs}::${cid}${id === undefined ? '' : `::${id}`}`

/** Throws `BadCursor`. */
export function placeIn(cursor: string): Place {
  const [, time, text, id] = /^(\d{1,15})::(b[a-z2-7]{58})(?:::(\d{1,15}))?$/.exec(cursor) ?? []
  const cid = text === undefined ? undefined : cidFromText(text)
  if (!cid) throw new BadCursor('A cursor is a time and a CID, with "::" between them.')
  return {timeMs: Number(time), digest: cid.digest, ...(id !== undefined && {id: Number(id)})}
}
