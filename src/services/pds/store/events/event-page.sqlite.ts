/**
 * Pages of the firehose out of SQLite. A replay reads every event once, so that whatever is done for each of them is
 * what it costs: SQLite itself puts a page together, in the form in which it goes on the wire.
 */
import {joinedHeadSize, WireFrames} from '#std/wire/wire-frames.ts'
import type {Sql, SqlReader} from '#engines/sql/sql.ts'
import type {EventPage, EventStore} from './event-store.ts'

/** Frames of a page, and bytes of them, save for a single one: a consumer may hold it for long. */
const countMax = 256
const sizeMax = 128 * 1024

/**
 * All frames of a page in one value, with room for a head before each: between two it is what separates them, and the
 * first is separated from nothing.
 */
const joinedSql = `SELECT CAST(group_concat(frame, x'${'00'.repeat(joinedHeadSize)}') AS BLOB) FROM (
  SELECT x'' AS frame
  UNION ALL
  SELECT frame FROM (SELECT frame FROM event WHERE seq > ? AND seq <= ? ORDER BY seq))`

const sizesSql = 'SELECT seq, length(frame) FROM event WHERE seq > ? ORDER BY seq LIMIT ?'

/** See `EventStore.pageAfter`. */
export function eventPages(sql: Sql): EventStore['pageAfter'] {
  /** Sizes that are looked at together: as many as the last page had, for one more would be looked at for nothing. */
  let usualCount = 32

  /** The sizes of the frames after `seq` that are one page, and the seq of the last of them. */
  function sizesAfter(tx: SqlReader, seq: number): {sizes: number[]; lastSeq: number} {
    const sizes: number[] = []
    let lastSeq = seq
    let sum = 0
    while (sizes.length < countMax) {
      const asked = Math.min(usualCount + 1, countMax - sizes.length)
      const rows = tx.arrays<[seq: number, size: number]>(sizesSql, lastSeq, asked)
      for (const [seq, size] of rows) {
        sum += size
        if (sizes.length > 0 && sum > sizeMax) return {sizes, lastSeq}
        sizes.push(size)
        lastSeq = seq
      }
      if (rows.length < asked) break
    }
    return {sizes, lastSeq}
  }

  function pageAfter(tx: SqlReader, seq: number): EventPage {
    const {sizes, lastSeq} = sizesAfter(tx, seq)
    if (sizes.length === 0) return {lastSeq, frames: undefined}
    usualCount = sizes.length
    const [[joined]] = tx.arrays<[Uint8Array<ArrayBuffer>]>(joinedSql, seq, lastSeq)
    return {lastSeq, frames: WireFrames.joined(joined, sizes)}
  }

  return async seq => {
    const page = sql.scan(tx => pageAfter(tx, seq))
    // What is committed and not yet synced may be gone after a loss of power, and its numbers given to other events.
    await sql.durable()
    return page
  }
}
