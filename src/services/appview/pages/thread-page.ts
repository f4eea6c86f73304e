/** A thread around a post: what is read of it, before rules and views. */
import type {Hydration} from '../hydration/hydration.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import {isBlocked, shownPost} from '../rules.ts'
import type {SkeletonStore} from '../store/skeletons/skeleton-store.ts'

export interface ThreadDeps {
  readonly skeletons: Pick<SkeletonStore, 'above' | 'below' | 'chain' | 'likedBy'>
  readonly hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds' | 'rev'>
}

export interface Thread {
  readonly read: Hydration
  readonly anchor: RecordCore
  /** The first post of the thread. */
  readonly root: number
  /** The nearest first. */
  readonly above: readonly number[]
  /** Levels of replies that were read. */
  readonly depth: number
  /** Numbers of replies by that of what they answer. */
  readonly replies: ReadonlyMap<number, readonly number[]>
  /** Which posts of it their thread's author likes: record keys of the likes. */
  readonly likedByAuthor: ReadonlyMap<number, string>
  /** The posts in which the thread's author goes on, the first one included. */
  readonly chain: readonly number[]
}

/** `undefined` when there is no such post to be shown. */
export async function readThread(
  {skeletons, hydrator}: ThreadDeps,
  viewer: string | undefined,
  uri: string,
  {height, depth}: {height: number; depth: number},
): Promise<Thread | undefined> {
  const id = (await hydrator.recordIds([uri])).get(uri)
  if (id === undefined) return undefined
  const {records: around} = await hydrator.hydrate(undefined, {records: [id]})
  const found = around.get(id)
  if (found?.collection !== 'app.bsky.feed.post') return undefined
  const root = found.root ?? id
  const above = await skeletons.above(id, height)
  const replies = await skeletons.below(id, root, around.get(root)?.actor, depth)
  const records = [id, root, ...above, ...[...replies.values()].flat()]
  const read = await hydrator.hydrate(viewer, {records})
  const anchor = shownPost(read, id)
  const author = read.records.get(root)?.actor
  if (!anchor) return undefined
  return {
    read,
    anchor,
    root,
    above,
    depth,
    replies,
    likedByAuthor: author === undefined ? new Map() : await skeletons.likedBy(author, records),
    chain: author === undefined ? [] : await skeletons.chain(root, author),
  }
}

/** A reply that is shown below what it answers: it keeps to the gate, and no block is between it and what it answers. */
export function shownReply({read, root}: Thread, id: number): RecordCore | undefined {
  const core = shownPost(read, id)
  if (!core || core.violatesGate || core.root !== root || core.parent === null) return undefined
  const parent = read.records.get(core.parent)
  const first = read.records.get(root)
  if (parent && read.areBlocked(core.actor, parent.actor)) return undefined
  return first && read.areBlocked(core.actor, first.actor) ? undefined : core
}

/** What is shown in the place of a post's parent: the post, or that there is a block, or that it is gone. */
export function parentOf({read, root}: Thread, core: RecordCore): RecordCore | 'blocked' | 'not-found' | 'elsewhere' {
  const parent = core.parent === null ? undefined : shownPost(read, core.parent)
  if (!parent) return 'not-found'
  if (parent.id !== root && parent.root !== root) return 'elsewhere'
  return isBlocked(read, parent.actor) || read.areBlocked(core.actor, parent.actor) ? 'blocked' : parent
}

/** The URI of what a reply answers, as it says. */
export const parentUri = ({record}: RecordCore): string =>
  (record as {reply?: {parent: {uri: string}}}).reply?.parent.uri ?? ''
