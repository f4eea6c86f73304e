/**
 * What a verified commit shows of its repository's collections by itself: which of them begin with it, and which end. A
 * collection's keys stand together in the tree, so the keys beside a record that came or went say whether it has others;
 * nobody need be asked. What a server left out of its blocks is told as unsure.
 */
import type {Cid} from '../data/cid.ts'
import type {BlockMap} from '../mst/blocks.ts'
import {neighbours} from '../mst/neighbours.ts'
import type {Nsid} from '../syntax/nsid.ts'
import type {RepoOp} from './event.ts'

export interface CollectionFacts {
  /** Collections of which this commit has made the first record. */
  readonly begun: readonly Nsid[]
  /** Collections of which it has taken the last. */
  readonly ended: readonly Nsid[]
  /** Whether there are others of which its blocks do not show it. */
  readonly isUnsure: boolean
}

/** The collection of a record, by its path. */
export const collectionOf = (path: string): Nsid => path.slice(0, path.indexOf('/')) as Nsid

/**
 * Of the tree under `data`, which is that after `ops`. `undefined` when the same collections have records as before.
 * `blocks` are what their CIDs say.
 */
export function collectionFacts(data: Cid, blocks: BlockMap, ops: readonly RepoOp[]): CollectionFacts | undefined {
  const begun: Nsid[] = []
  const ended: Nsid[] = []
  let isUnsure = false
  for (const [collection, {created, deleted}] of changesOf(ops)) {
    const others = othersOf(data, blocks, collection, deleted ?? created)
    if (others === undefined) isUnsure = true
    else if (!others) (deleted ? ended : begun).push(collection)
  }
  return isUnsure || begun.length + ended.length > 0 ? {begun, ended, isUnsure} : undefined
}

type Changes = {readonly created: ReadonlySet<string>; readonly deleted?: ReadonlySet<string>}

/** Collections of which all ops create, or all delete: of the others there were records before and there are now. */
function changesOf(ops: readonly RepoOp[]): Map<Nsid, Changes> {
  const byCollection = new Map<Nsid, {created: Set<string>; deleted: Set<string>; isKept: boolean}>()
  for (const {action, path} of ops) {
    const collection = collectionOf(path)
    let change = byCollection.get(collection)
    if (!change) byCollection.set(collection, (change = {created: new Set(), deleted: new Set(), isKept: false}))
    if (action === 'create') change.created.add(path)
    else if (action === 'delete') change.deleted.add(path)
    else change.isKept = true
  }
  const changes = new Map<Nsid, Changes>()
  for (const [collection, {created, deleted, isKept}] of byCollection) {
    if (isKept || (created.size > 0 && deleted.size > 0)) continue
    changes.set(collection, deleted.size > 0 ? {created, deleted} : {created})
  }
  return changes
}

/** Whether the collection has records but those at `paths`; `undefined` when the blocks do not show it. */
function othersOf(data: Cid, blocks: BlockMap, collection: Nsid, paths: ReadonlySet<string>): boolean | undefined {
  const start = `${collection}/`
  let isUnsure = false
  for (const path of paths) {
    const {left, right} = neighbours(data, blocks, path)
    for (const beside of [left, right]) {
      if (beside === undefined) isUnsure = true
      else if (beside?.startsWith(start) && !paths.has(beside)) return true
    }
  }
  return isUnsure ? undefined : false
}
