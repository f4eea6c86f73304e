/** What the directory keeps: every operation it ever took, in the order it took them. */
import type {PlcEntry} from '#atp/plc/log.ts'
import type {PlcOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'

/** One operation in the directory's own order. */
export interface Sequenced extends PlcEntry {
  /** Starts at 1, never reused; a gap is possible. */
  seq: number
  did: Did
}

export interface OperationStore {
  /** The whole history of one identity, oldest first, nullified operations included. Empty when there is none. */
  history(did: Did): Promise<readonly PlcEntry[]>
  /** The last operation of an identity that stands; `undefined` when it has none. */
  current(did: Did): Promise<PlcOperation | undefined>
  /**
   * Adds one operation to a history that has `known` operations, and marks what it nullifies, in one act. `stale` when
   * the history has grown meanwhile, so that the caller must judge again.
   */
  add(did: Did, known: number, entry: PlcEntry, nullifies: readonly string[]): Promise<'done' | 'stale'>
  /**
   * Takes away all operations of an identity after its first `kept`, in one act, if it has `known`; a copy of each stays
   * for whoever looks into the matter, and no reader sees it again.
   */
  remove(did: Did, known: number, kept: number, nowMs: number): Promise<'done' | 'stale'>
  /** Up to `limit` operations after `seq`, all of them durable. */
  after(seq: number, limit: number): Promise<readonly Sequenced[]>
  /** Up to `limit` operations taken after `ms`, in the order of their times, all of them durable. */
  takenAfter(ms: number, limit: number): Promise<readonly Sequenced[]>
  /** The seq of the newest operation, 0 when there is none; and the latest time at which one was taken. */
  newest(): Promise<{seq: number; takenMs: number}>
  close(): Promise<void>
}
