/** A host as the sync methods tell of it. */
import type {Upstream} from './upstream.ts'

export interface HostView {
  hostname: string
  seq?: number
  accountCount: number
  status: 'active' | 'offline'
}

/** `seq` is that of the last event that came, and is left out before the first. */
export const hostView = (
  {id, hostname, seq, connected}: Pick<Upstream, 'id' | 'hostname' | 'seq' | 'connected'>,
  counts: ReadonlyMap<number, number>,
): HostView => ({
  hostname,
  ...(seq > 0 ? {seq} : {}),
  accountCount: counts.get(id) ?? 0,
  status: connected ? 'active' : 'offline',
})
