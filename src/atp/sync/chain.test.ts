import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {Cid, cidOf, codecs} from '../data/cid.ts'
import {tidOf, type Tid} from '../syntax/tid.ts'
import {followCommit as follow, followSync, resynchronized, type ChainState, type ChainVerdict} from './chain.ts'
import type {CommitEvent} from './event.ts'

const rev = (n: number): Tid => tidOf(n, 0)
const tree = (n: number): Cid => cidOf(codecs.cbor, new Uint8Array([n]))
type ChainCommit = Pick<CommitEvent, 'rev' | 'since' | 'prevData'> & {data: Cid}
const followCommit = (state: ChainState | undefined, {data, ...commit}: ChainCommit): ChainVerdict =>
  follow(state, commit, data)
/** The commit numbered `n` of a repo in which every commit changes the tree. */
const commit = (n: number, change: Partial<ChainCommit> = {}): ChainCommit => ({
  rev: rev(n),
  since: n === 1 ? null : rev(n - 1),
  data: tree(n),
  ...(n === 1 ? {} : {prevData: tree(n - 1)}),
  ...change,
})
const at = (n: number, ahead?: number): ChainState => ({
  rev: rev(n),
  data: tree(n),
  ...(ahead === undefined ? {} : {ahead: rev(ahead)}),
})
const is = (found: ChainVerdict, verdict: ChainVerdict['verdict'], state: ChainState, reason?: string): void =>
  deepEqual(found, reason === undefined ? {verdict, state} : {verdict, state, reason})

test('commits in step move the state along', () => {
  is(followCommit(undefined, commit(1)), 'first', at(1))
  is(followCommit(at(1), commit(2)), 'ok', at(2))
  is(followCommit(undefined, commit(7)), 'first', at(7))
})

test('a repeat, or a commit from before, is dropped', () => {
  is(followCommit(at(2), commit(2)), 'stale', at(2), 'stale-rev')
  is(followCommit(at(2), commit(1)), 'stale', at(2), 'stale-rev')
})

test('a gap leaves the state where it was, and says how far the repo is ahead', () => {
  is(followCommit(at(2), commit(4)), 'desynchronized', at(2, 4), 'since-mismatch')
  is(followCommit(at(2, 9), commit(4)), 'desynchronized', at(2, 9), 'since-mismatch')
  is(followCommit(at(2), commit(3, {since: null})), 'desynchronized', at(2, 3), 'since-mismatch')
  is(followCommit(at(2), commit(3, {prevData: tree(9)})), 'desynchronized', at(2, 3), 'prev-data-mismatch')
})

test('commits that come late close the gap', () => {
  is(followCommit(at(2, 4), commit(3)), 'ok', at(3, 4))
  is(followCommit(at(3, 4), commit(4)), 'ok', at(4))
})

test('a commit without prevData is joined by its revision alone', () => {
  is(followCommit(at(2), commit(3, {prevData: undefined})), 'ok', at(3))
})

test('a #sync confirms the tree, or says that it has to be fetched', () => {
  is(followSync(undefined, {rev: rev(3)}, tree(3)), 'first', at(3))
  is(followSync(at(3), {rev: rev(3)}, tree(3)), 'ok', at(3))
  is(followSync(at(3), {rev: rev(5)}, tree(3)), 'ok', {rev: rev(5), data: tree(3)})
  is(followSync(at(3), {rev: rev(2)}, tree(2)), 'stale', at(3), 'stale-rev')
  is(followSync(at(3), {rev: rev(5)}, tree(5)), 'desynchronized', at(3, 5), 'sync-mismatch')
  is(followSync(at(3), {rev: rev(3)}, tree(5)), 'desynchronized', at(3, 3), 'sync-mismatch')
})

test('a fetched repo brings the state back into step, unless it is too old', () => {
  deepEqual(resynchronized(at(2, 4), rev(5), tree(5)), at(5))
  deepEqual(resynchronized(at(2, 4), rev(4), tree(4)), at(4))
  deepEqual(resynchronized(at(2, 4), rev(3), tree(3)), at(3, 4))
  deepEqual(resynchronized(at(2, 4), rev(1), tree(1)), at(2, 4))
  deepEqual(resynchronized(undefined, rev(1), tree(1)), at(1))
})

test('the state holds on to no frame', () => {
  const frame = new Uint8Array(1000)
  frame.set(tree(1).bytes, 500)
  const view = commit(1, {data: new Cid(frame.subarray(500, 536))})
  equal(followCommit(undefined, view).state.data.bytes.buffer.byteLength, 36)
})
