/**
 * States as they are held, hundreds of thousands of them: of one with a commit two CIDs, each an object, an array and its
 * buffer, are nearly all that it takes, 1.2 KB. As one text it takes 120 bytes.
 */
import {Cid} from '#atp/data/cid.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {fromLatin1, writeLatin1} from '#std/text.ts'
import type {RepoState} from './repo-state.ts'

/** A text where there is much to save, else the state as it is. */
export type PackedState = string | RepoState

const cidSize = 36
const revSize = 13
/** Host, revision, commit, tree, and whether it is active. */
const size = 4 + revSize + 2 * cidSize + 1
const hostMax = 2 ** 32
const bytes = new Uint8Array(size)
const view = new DataView(bytes.buffer)

export function packed(state: RepoState): PackedState {
  const {host, active, status, head} = state
  if (!head || status !== null || host >= hostMax || head.rev.length !== revSize) return state
  view.setUint32(0, host)
  writeLatin1(head.rev, bytes, 4)
  bytes.set(head.commit.bytes, 4 + revSize)
  bytes.set(head.data.bytes, 4 + revSize + cidSize)
  bytes[size - 1] = active ? 1 : 0
  return fromLatin1(bytes, 0, size)
}

export function unpacked(state: PackedState): RepoState {
  if (typeof state !== 'string') return state
  writeLatin1(state, bytes, 0)
  const commit = new Cid(bytes.slice(4 + revSize, 4 + revSize + cidSize))
  const data = new Cid(bytes.slice(4 + revSize + cidSize, size - 1))
  const rev = fromLatin1(bytes, 4, 4 + revSize) as Tid
  return {host: view.getUint32(0), active: bytes[size - 1] === 1, status: null, head: {rev, commit, data}}
}
