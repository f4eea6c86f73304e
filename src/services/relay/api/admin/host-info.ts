/** A host as the operator's API tells of it: under the names that the reference relay gives, with what is ours beside. */
import {isLocal} from '../../hosts/hostname.ts'
import type {KnownHost} from '../../hosts/hosts.ts'
import {hostDetail} from '../../hosts/host-view.ts'
import type {RefusalReason, Refused} from '../../intake/refusals.ts'

/** One that is not counted is shown so. */
const uncounted = -1

export function hostInfo(
  {row, upstream}: Readonly<KnownHost>,
  counts: ReadonlyMap<number, number>,
  refused: ReadonlyMap<RefusalReason, Refused>,
  /** When it was last told that it is near its limit. */
  toldMs: number | undefined,
): object {
  const {accountCount, status, waitsFor, sync, refused: byReason} = hostDetail(upstream, counts, refused)
  const rate = (windowMs: number): object => ({
    Max: upstream.eventRates.get(windowMs) ?? uncounted,
    Window: windowMs / 1_000,
  })
  return {
    ID: row.id,
    CreatedAt: new Date(row.addedMs).toISOString(),
    Host: row.hostname,
    SSL: !isLocal(row.hostname),
    Cursor: upstream.seq,
    Registered: !upstream.isBanned,
    Blocked: upstream.isBanned,
    CrawlRateLimit: 0,
    RepoCount: accountCount,
    RepoLimit: Number.isFinite(upstream.accountLimit.max) ? upstream.accountLimit.max : uncounted,
    HasActiveConnection: upstream.connected,
    EventsSeenSinceStartup: upstream.eventCount,
    PerSecondEventRate: rate(1_000),
    PerHourEventRate: rate(3_600_000),
    PerDayEventRate: rate(86_400_000),
    UserCount: accountCount,
    AccountLimitAlertsSilenced: row.alertsSilenced,
    AccountLimitAlertState: upstream.accountLimit.isNear && !row.alertsSilenced ? 'warning' : 'ok',
    AccountLimitAlertSentAt: toldMs === undefined ? undefined : new Date(toldMs).toISOString(),
    Status: status,
    SyncStage: sync.stage,
    SyncStageSet: row.stageSet,
    SyncFailureRate: sync.failureRate ?? null,
    WaitsFor: waitsFor,
    Refused: byReason,
  }
}
