/**
 * What writes to a repository come to, by the rules as they are told to clients: a model of one map, for tests that let
 * many write at once and then ask in which order they have come.
 */
import assert from 'node:assert/strict'
import {encodeCbor} from '../src/atp/data/cbor-encode.ts'
import {type Cid, cidOf, codecs} from '../src/atp/data/cid.ts'
import {pathOf, type RepoWrite} from '../src/atp/repo/repo.ts'
import type {WriteOptions} from '../src/services/pds/repos/repos.ts'
import type {RepoCommit} from '../src/services/pds/store/repos/repo-store.ts'

/** What a repository holds after a commit. */
export interface State {
  root: Cid | undefined
  records: Map<string, {cid: Cid; subject: string | undefined}>
}

export const shown = ({records}: State): string[] => [...records].map(([path, {cid}]) => `${path} ${cid}`).toSorted()

/** The states that these commits lead through, the empty one first, whose commit is `first` if that is known. */
export function replayed(commits: readonly RepoCommit[], first?: Cid): State[] {
  const states: State[] = [{root: first, records: new Map()}]
  for (const {head, put, deleted, prev} of commits) {
    const {root, records: before} = states.at(-1) as State
    assert.ok(!root || root.equals(prev ?? undefined), 'each commit follows the one before')
    const records = new Map(before)
    for (const path of deleted) assert.ok(records.delete(path))
    for (const {path, cid, subject, isNew} of put) {
      assert.equal(isNew, !records.has(path))
      records.set(path, {cid, subject})
    }
    states.push({root: head.root, records})
  }
  return states
}

/** What one call does to a state, by the rules as they are told to clients, or the ways in which it may be refused. */
export function modelled(
  before: State,
  writes: readonly RepoWrite[],
  {swapCommit, swapRecords, onePerSubject}: WriteOptions,
): {answers: string[]; state?: State} {
  if (new Set(writes.map(pathOf)).size < writes.length) return {answers: ['duplicate-path']}
  const records = new Map(before.records)
  const conflicts: string[] = []
  for (const one of writes) {
    const path = pathOf(one)
    const isThere = before.records.has(path)
    if (one.action === 'create' && isThere) conflicts.push('record-exists')
    if ((one.action === 'update' || one.action === 'delete') && !isThere) conflicts.push('record-missing')
    if (!('record' in one)) records.delete(path)
    else {
      const {cid, subject} = valueOf(one)
      if (onePerSubject && subject) {
        for (const [other, {subject: theirs}] of records) if (theirs === subject) records.delete(other)
      }
      records.set(path, {cid, subject})
    }
  }
  const state = {root: undefined, records}
  const isChanged = shown(state).join() !== shown(before).join()
  if (!isChanged && writes.every(({action}) => action === 'put' || action === 'remove')) {
    return {answers: ['nothing to do']}
  }
  if (swapCommit && !swapCommit.equals(before.root)) return {answers: ['stale']}
  for (const [path, cid] of swapRecords ?? []) {
    const found = before.records.get(path)?.cid
    if (cid ? !cid.equals(found) : found) return {answers: ['stale']}
  }
  if (conflicts.length > 0) return {answers: conflicts}
  return isChanged ? {answers: ['written'], state} : {answers: ['nothing to do']}
}

function valueOf(one: RepoWrite): {cid: Cid; subject: string | undefined} {
  assert.ok('record' in one)
  const {subject} = one.record as {subject?: {uri: string}}
  return {cid: cidOf(codecs.cbor, encodeCbor(one.record)), subject: subject?.uri}
}
