/** What goes on under a service: the groups that its database commits, the events that its log keeps, its lag. */
import {framesDecoded} from '#atp/sync/frame.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import type {SqliteOptions} from '#engines/sql/sqlite.ts'
import type {Log} from '#std/log.ts'
import type {Metrics} from './metrics.ts'

const groupSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** For `onGroup` of the database of `service`. */
export function observeGroups(metrics: Metrics, service: string): NonNullable<SqliteOptions['onGroup']> {
  const help = 'Acts that share a transaction and its sync.'
  const acts = metrics.histogram('sql_group_acts', help, ['service'], groupSizes)
  const seconds = metrics.histogram('sql_group_seconds', 'From the beginning of a group to its sync.', ['service'])
  return (count, elapsedMs) => {
    acts.observe(count, {service})
    seconds.observe(elapsedMs / 1000, {service})
  }
}

const fullDiskEveryMs = 60_000

/** For `onFull` of a database: says aloud that the disk is full, once a minute for as long as it is. */
export const observeFullDisk = (log: Log, now: () => number): NonNullable<SqliteOptions['onFull']> =>
  onceAMinute(now, () => log.error('the disk is full: what is written is refused until there is room, reads go on'))

/** The same for an event log. */
export const observeFullLog = (log: Log, now: () => number): (() => void) =>
  onceAMinute(now, () => log.error('the disk is full: new events wait until there is room, reads go on'))

function onceAMinute(now: () => number, tell: () => void): () => void {
  let toldMs = -Infinity
  return () => {
    // A clock that is put back must not keep it quiet.
    if (Math.abs(now() - toldMs) < fullDiskEveryMs) return
    toldMs = now()
    tell()
  }
}

/** The event log of `service`. */
export function observeLog(metrics: Metrics, service: string, eventLog: Pick<EventLog, 'bounds' | 'size'>): void {
  const labels = {service}
  metrics.gauge('log_bytes', 'The events that are kept.', labels, () => eventLog.size)
  metrics.gauge('log_first_seq', 'The oldest event that is kept.', labels, () => eventLog.bounds().first)
  metrics.gauge('log_last_seq', 'The newest event.', labels, () => eventLog.bounds().last)
}

/** What decoding frames of `subscribeRepos` costs this thread. */
export function observeFrames(metrics: Metrics): void {
  const help = 'Frames of event streams that were decoded in this thread.'
  for (const type of Object.keys(framesDecoded) as (keyof typeof framesDecoded)[]) {
    metrics.gauge('frames_decoded', help, {type}, () => framesDecoded[type])
  }
}

/**
 * For a service that follows another: to be told of events as they are taken, by their time. How late the newest came
 * is the lag; while nothing happens it stays as it was.
 */
export function observeLag(metrics: Metrics, service: string, now: () => number): (time: string) => void {
  let lagMs = 0
  metrics.gauge('follower_lag_seconds', 'Age of the newest event when it was taken.', {service}, () => lagMs / 1000)
  return time => (lagMs = Math.max(0, now() - Date.parse(time)))
}
