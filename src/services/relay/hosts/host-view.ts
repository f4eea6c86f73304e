/** A host as the sync methods tell of it. */
import type {Cost} from './budget.ts'
import type {RefusalReason, Refused} from '../intake/refusals.ts'
import type {SyncStage} from '../store/relay-store.ts'
import type {Ratchet} from './ratchet.ts'
import type {Upstream} from './upstream.ts'

export interface HostView {
  hostname: string
  seq?: number
  accountCount: number
  status: 'active' | 'idle' | 'offline' | 'throttled' | 'banned'
}

/** What a host may want to know of how it stands here, beside what the lexicon has. */
export interface HostDetail extends HostView {
  /** What of its budget it has used up, so that it is not read now. */
  waitsFor?: Cost
  /** How strictly it is held to Sync 1.1, and which part of its newest commits did not keep it. */
  sync: {stage: SyncStage; failureRate?: number}
  /** What was not passed on since the start, by reason. */
  refused?: Partial<Record<RefusalReason, Refused>>
}

type Shown = Pick<Upstream, 'id' | 'hostname' | 'seq' | 'connected' | 'isIdle' | 'waitsFor' | 'isBanned'> & {
  readonly ratchet: Pick<Ratchet, 'stage' | 'failureRate'>
}

/** `seq` is that of the last event that came, and is left out before the first. */
export const hostView = (
  {id, hostname, seq, connected, isIdle, waitsFor, isBanned}: Omit<Shown, 'ratchet'>,
  counts: ReadonlyMap<number, number>,
): HostView => ({
  hostname,
  ...(seq > 0 ? {seq} : {}),
  accountCount: counts.get(id) ?? 0,
  status: isBanned ? 'banned' : waitsFor ? 'throttled' : !connected ? 'offline' : isIdle ? 'idle' : 'active',
})

export const hostDetail = (
  host: Shown,
  counts: ReadonlyMap<number, number>,
  refused: ReadonlyMap<RefusalReason, Refused>,
): HostDetail => ({
  ...hostView(host, counts),
  sync: {stage: host.ratchet.stage, failureRate: host.ratchet.failureRate},
  ...(host.waitsFor ? {waitsFor: host.waitsFor} : {}),
  ...(refused.size > 0 ? {refused: Object.fromEntries(refused)} : {}),
})
