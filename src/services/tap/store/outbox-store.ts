/** The events that are to be delivered, and those that were, as long as they can be replayed. */
import type {Did} from '#atp/syntax/did.ts'
import type {Page} from '../outbox/page.ts'

export interface OutboxStore {
  /** Pages that have events beyond `id` and are not acknowledged, in order; of one account if it is given. */
  waiting(id: number, limit: {readonly count: number; readonly size: number}, did?: Did): Promise<readonly Page[]>
  /** Pages that have events beyond `id`, acknowledged or not, in order. */
  kept(id: number, limit: {readonly count: number; readonly size: number}): Promise<readonly Page[]>
  /** Events that wait to be acknowledged. */
  count(): Promise<number>
  /** The number of the oldest event that is kept, and that of the next one there will be. */
  bounds(): Promise<{readonly first: number; readonly next: number}>
  /** Notes that all events of these pages are acknowledged: they are forgotten, or kept to be replayed. */
  acknowledge(ids: readonly number[], keep: boolean): Promise<void>
  /** Forgets the pages from before `beforeMs`, and the oldest beyond `sizeMax` bytes; some at a time. Gives how many. */
  prune(beforeMs: number, sizeMax: number): Promise<number>
}
