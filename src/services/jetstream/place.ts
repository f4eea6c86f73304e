/** Where in the log a cursor is: a reader names the first event that it wants, by its number or by its time. */
import type {EventLog, Seq} from '#engines/event-log/event-log.ts'
import {sourceOfRecord} from './log-record.ts'

/** A cursor below this is a number of the log, and any other a time: it was September 2001 when times came so far. */
const timesFrom = 1e15
/** `time_us` may run ahead of the log's own time by this, while events come faster than the clock ticks. */
const aheadMs = 1_000

export interface Place {
  /** The seq after which to read. */
  readonly after: Seq
  /** The `time_us` to begin at; 0 for whatever comes. */
  readonly fromMicros: number
  /**
   * Why it is another place than the one asked for: a number whose event is no longer kept, one that was not given out yet,
   * a time before the oldest event.
   */
  readonly not?: 'kept' | 'yet' | 'before'
}

/** A cursor that lies ahead means live, and so does none; one before the oldest event that is kept begins with that. */
export async function placeOf(log: EventLog, cursor: number | undefined): Promise<Place> {
  const {first, last} = log.bounds()
  const live = {after: last, fromMicros: 0}
  if (cursor === undefined) return live
  const oldest = {after: first - 1, fromMicros: 0}
  if (cursor < timesFrom) {
    if (cursor > last) return cursor > log.next ? {...live, not: 'yet'} : live
    if (cursor >= first) return {after: cursor - 1, fromMicros: 0}
    return first > 1 ? {...oldest, not: 'kept'} : oldest
  }
  const [newest] = (await log.read(last - 1, 1)).events
  if (!newest || sourceOfRecord(newest).timeMicros < cursor) return live
  const [begin] = (await log.read(first - 1, 1)).events
  if (begin && cursor < sourceOfRecord(begin).timeMicros) return {...oldest, not: 'before'}
  return {after: (await log.seqAtTime(Math.floor(cursor / 1_000) - aheadMs)) - 1, fromMicros: cursor}
}
