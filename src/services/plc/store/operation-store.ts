/** What the directory keeps: every operation it ever took, in the order it took them. */
import type {PlcEntry} from '#atp/plc/log.ts'
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
  /**
   * Adds one operation to a history that has `known` operations, and marks what it nullifies, in one act. `stale` when
   * the history has grown meanwhile, so that the caller must judge again.
   */
  add(did: Did, known: number, entry: PlcEntry, nullifies: readonly string[]): Promise<'done' | 'stale'>
  /** Up to `limit` operations after `seq`, all of them durable. */
  after(seq: number, limit: number): Promise<readonly Sequenced[]>
  /** Up to `limit` operations taken after `ms`, in the order they were taken. */
  takenAfter(ms: number, limit: number): Promise<readonly Sequenced[]>
  /** The seq of the newest operation; 0 when there is none. */
  last(): Promise<number>
  close(): Promise<void>
}
