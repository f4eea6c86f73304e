/** Where in the log a cursor is: a reader names the first event that it wants, by its number or by its time. */
import type {Seq} from '#engines/event-log/event-log.ts'
import {sourceOfRecord} from './log-record.ts'
import type {Store} from './pages.ts'

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
export async function placeOf({log, archive}: Store, cursor: number | undefined): Promise<Place> {
  const {first: logFirst, last} = log.bounds()
  const live = {after: last, fromMicros: 0}
  if (cursor === undefined) return live
  const [oldestSegment] = archive?.sealed ?? []
  const first = Math.min(logFirst, oldestSegment?.head.minSeq ?? Infinity)
  const oldest = {after: first - 1, fromMicros: 0}
  if (cursor < timesFrom) {
    if (cursor > last) return cursor > log.next ? {...live, not: 'yet'} : live
    if (cursor >= first) return {after: cursor - 1, fromMicros: 0}
    return first > 1 ? {...oldest, not: 'kept'} : oldest
  }
  const [newest] = (await log.read(last - 1, 1)).events
  if (!newest || sourceOfRecord(newest).timeMicros < cursor) return live
  const [begin] = (await log.read(logFirst - 1, 1)).events
  const logMicros = begin ? sourceOfRecord(begin).timeMicros : Infinity
  if (cursor < Math.min(logMicros, oldestSegment?.head.minMicros ?? Infinity)) return {...oldest, not: 'before'}
  if (cursor < logMicros) {
    const segment = archive?.sealed.find(({head}) => head.maxMicros >= cursor)
    const places = segment?.places ?? archive?.growing?.facts.map(({place}) => place)
    const block = places?.find(({maxMicros}) => maxMicros >= cursor)
    return {after: (block?.minSeq ?? logFirst) - 1, fromMicros: cursor}
  }
  return {after: (await log.seqAtTime(Math.floor(cursor / 1_000) - aheadMs)) - 1, fromMicros: cursor}
}
