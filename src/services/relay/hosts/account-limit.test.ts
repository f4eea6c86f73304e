/** How many accounts a host may have, and what makes that more. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {SyncStage} from '../store/relay-store.ts'
import {AccountLimit} from './account-limit.ts'

const dayMs = 86_400_000

function begun(base = 100, set: number | null = null) {
  const state: {ms: number; stage: SyncStage} = {ms: dayMs, stage: 'observe'}
  const limit = new AccountLimit({base, addedMs: dayMs, stage: () => state.stage, now: () => state.ms}, set)
  const after = (days: number, stage: SyncStage): number => {
    Object.assign(state, {ms: dayMs * (1 + days), stage})
    return limit.max
  }
  return {limit, after}
}

test('it is doubled for each day that the host is there and keeps Sync 1.1', () => {
  const {after} = begun()
  const rows: [days: number, stage: SyncStage, max: number][] = [
    [0, 'observe', 100],
    [9, 'observe', 100],
    [0.99, 'warn', 100],
    [1, 'warn', 200],
    [3, 'enforce', 800],
    [60, 'enforce', 1_000_000],
    [-2, 'enforce', 100],
  ]
  for (const [days, stage, max] of rows) equal(after(days, stage), max, `${stage} after ${days} days`)
  equal(begun(Infinity).after(5, 'enforce'), Infinity)
  equal(begun(2_000_000).after(5, 'enforce'), 2_000_000)
})

test('what the operator sets goes over that, also nothing at all', () => {
  const {limit, after} = begun(100, 7)
  deepEqual([after(9, 'enforce'), begun(Infinity, 0).limit.room], [7, 0])
  limit.set = null
  equal(limit.max, 51_200)
})

test('there is room until as many are active, and the end is near from four fifths on', () => {
  const {limit} = begun()
  const look = (active: number): unknown[] => {
    limit.active = active
    return [limit.room, limit.isNear]
  }
  deepEqual(
    [look(79), look(80), look(100), look(120)],
    [
      [21, false],
      [20, true],
      [0, true],
      [0, true],
    ],
  )
})
