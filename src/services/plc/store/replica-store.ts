/** What a replica keeps beside the operations: how far it has come, and what it found wrong with its primary. */
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'

/** An operation of the primary that the rules allow after a history of `known` operations. */
export interface Followed {
  readonly did: Did
  readonly known: number
  readonly entry: PlcEntry
  /** CIDs of what it strikes out. */
  readonly nullifies: readonly string[]
  /** Its place at the primary, which it keeps here where that is above all others. */
  readonly seq: number
}

/** What a primary did that no directory may. */
export type FindingKind =
  /** It took an operation that the rules do not allow. */
  | 'refused'
  /** It gives an operation a CID that is not the operation's. */
  | 'wrong-cid'
  /** It gives an operation another time than before. */
  | 'changed'
  /** It no longer has an operation that it had. */
  | 'vanished'
  /** It marks as struck out what nothing has struck out, or the other way round. */
  | 'nullified'
  /** It has an operation of long ago that it never told of. */
  | 'withheld'
  /** Its log ends before, or no longer holds, what it told of. */
  | 'rewound'
  /** It took an operation more than an hour from now, by the clock here. */
  | 'ahead'
  /** It sends lines that are no operations. */
  | 'unreadable'

export interface Finding {
  /** Empty where it is about no single identity. */
  readonly did: string
  readonly kind: FindingKind
  readonly detail: string
}

export interface KeptFinding extends Finding {
  readonly firstMs: number
  readonly lastMs: number
  /** How often it was found. */
  readonly count: number
}

/** The newest line of a primary that was dealt with: its seq, 0 before the first, and the CID that stood in it. */
export interface Place {
  readonly seq: number
  readonly cid: string | null
}

export interface ReplicaStore {
  /** How far it has come with the primary at this URL, and the time up to which that was rechecked, -1 for not at all. */
  place(primary: string): Promise<Place & {recheckedMs: number}>
  /**
   * Adds operations in their order, what was found wrong, and the place after them, in one act. `stale` when a history
   * is not as long as it was: then nothing is done.
   */
  apply(
    primary: string,
    place: Place,
    followed: readonly Followed[],
    findings: readonly Finding[],
    nowMs: number,
  ): Promise<'done' | 'stale'>
  /** Notes how far the primary was rechecked, and what was found wrong with it, in one act. */
  rechecked(primary: string, recheckedMs: number, findings: readonly Finding[], nowMs: number): Promise<void>
  /** How many things were found wrong, and the newest of them. At most 10,000 are kept. */
  findings(limit: number): Promise<{count: number; newest: readonly KeptFinding[]}>
}
