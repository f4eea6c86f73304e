/** The sparse index of a segment is a list of these. */
import type {Seq} from './event-log.ts'

/** A point of the index: at `offset` stands the event `seq`, of this time. */
export interface Mark {
  readonly seq: Seq
  readonly time: number
  readonly offset: number
}
