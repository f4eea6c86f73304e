/**
 * What an event that is passed on changes of the collections that its repository has records of. As with the states of
 * repositories the change follows from the logged event alone, so that after a crash the log's tail gives it again.
 */
import {readCar} from '#atp/repo/car-read.ts'
import {decodeCommit} from '#atp/repo/commit.ts'
import {collectionFacts, type CollectionFacts} from '#atp/sync/collection-facts.ts'
import type {CommitEvent, RepoEvent} from '#atp/sync/event.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {assert} from '#std/assert.ts'
import type {RepoState} from '../repos/repo-state.ts'

export interface CollectionChange {
  /** Whether what was known before counts no more: `has` is all there is. */
  readonly isAll: boolean
  /** Whether there are records of each. */
  readonly has: ReadonlyMap<Nsid, boolean>
  /** Whether that is not the whole truth, so that the account's server has to be asked. */
  readonly toAsk: boolean
}

const none: ReadonlyMap<Nsid, boolean> = new Map()
const gone: CollectionChange = {isAll: true, has: none, toAsk: false}
const unknown: CollectionChange = {isAll: false, has: none, toAsk: true}

/**
 * The change from `before` to `after`, the states around `event`. `facts` are those of a commit (`undefined`: it changes
 * nothing); `undefined` is given when nothing changes.
 */
export function changeBy(
  event: RepoEvent,
  before: RepoState | undefined,
  after: RepoState,
  facts: CollectionFacts | undefined,
): CollectionChange | undefined {
  const head = before?.head
  switch (event.t) {
    case '#account':
      if (!event.active) return event.status === 'deleted' ? gone : undefined
      return !before || before.status === 'deleted' ? unknown : undefined
    case '#sync':
      return head && after.head?.data.equals(head.data) ? undefined : unknown
    case '#commit': {
      const {since, prevData} = event
      const isFirst = !head && since === null
      const carriesOn = head?.rev === since && (!prevData || prevData.equals(head.data))
      if (!facts) return isFirst ? gone : carriesOn ? undefined : unknown
      const {begun, ended, isUnsure} = facts
      const has = new Map([...begun.map(name => [name, true] as const), ...ended.map(name => [name, false] as const)])
      return {isAll: isFirst, has, toAsk: isUnsure || !(isFirst || carriesOn)}
    }
    default:
      return undefined
  }
}

/** Both changes, one after the other, as one. */
export function together(before: CollectionChange | undefined, after: CollectionChange): CollectionChange {
  if (!before || after.isAll) return after
  return {
    isAll: before.isAll,
    has: new Map([...before.has, ...after.has]),
    toAsk: before.toAsk || after.toAsk,
  }
}

/** That an account's server has told all of them. */
export const toldAll = (collections: readonly Nsid[]): CollectionChange => ({
  isAll: true,
  has: new Map(collections.map(name => [name, true])),
  toAsk: false,
})

/** The facts of a commit that was verified before. */
export function factsOf({blocks: car, commit, ops}: CommitEvent): CollectionFacts | undefined {
  const {blocks} = readCar(car)
  const block = blocks.get(commit)
  assert(block, 'a commit that was verified is among its blocks')
  return collectionFacts(decodeCommit(block).data, blocks, ops)
}
