/**
 * What a relay knows of one repository, and how an event that it passes on changes that. The change is a pure function
 * of the logged event, so that after a crash the log's tail gives the same states again.
 */
import type {Cid} from '#atp/data/cid.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {decodeCommit} from '#atp/repo/commit.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {CommitEvent, RepoEvent, SyncEvent} from '#atp/sync/event.ts'
import {assert} from '#std/assert.ts'

/** The last commit that was passed on. */
export interface Head {
  readonly rev: Tid
  readonly commit: Cid
  /** Root of the tree. */
  readonly data: Cid
}

export interface RepoState {
  /** The id of the host that the account was last seen on. */
  readonly host: number
  /** As the account's host says. */
  readonly active: boolean
  /** Why it is not active: `deactivated`, `takendown` and others; null when its host makes no claim. */
  readonly status: string | null
  /** Null before the first commit. */
  readonly head: Head | null
}

/** The commit of an event whose blocks are known to be in order. */
export function headOf(event: CommitEvent | SyncEvent): Head {
  const {roots, blocks} = readCar(event.blocks)
  const block = roots[0] && blocks.get(roots[0])
  assert(block, 'an event that was verified holds its commit')
  const {rev, data} = decodeCommit(block)
  return {rev, commit: roots[0].detached(), data: data.detached()}
}

/** The state after `event` of `host`. `head` is that of a commit or sync, for whoever knows it without reading it. */
export function changed(state: RepoState | undefined, event: RepoEvent, host: number, head?: Head): RepoState {
  const {active = true, status = null, head: before = null} = state ?? {}
  switch (event.t) {
    case '#commit':
    case '#sync':
      return {host, active, status, head: head ?? headOf(event)}
    case '#account':
      return {host, active: event.active, status: event.status ?? null, head: before}
    default:
      return {host, active, status, head: before}
  }
}
