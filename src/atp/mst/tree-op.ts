/** A change of a tree, as a commit tells it. */
import type {Cid} from '../data/cid.ts'

/** One change of one path, as `#commit` events carry it. */
export interface TreeOp {
  action: 'create' | 'update' | 'delete'
  /** `collection/rkey` */
  path: string
  /** The record now; null for a delete. */
  cid: Cid | null
  /** The record before; absent for a create. */
  prev?: Cid | null
}
