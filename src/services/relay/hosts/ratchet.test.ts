/** When a host is held to more, and when it is not. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {SyncStage} from '../store/relay-store.ts'
import {Ratchet, warnMs} from './ratchet.ts'

function begun(stage: SyncStage = 'observe', fixed?: SyncStage, set: SyncStage | null = null) {
  const clock = {ms: 1_000}
  const turns: unknown[] = []
  const onTurn = (...given: unknown[]): void => void turns.push(given)
  const ratchet = new Ratchet({stage, sinceMs: 1_000, now: () => clock.ms, fixed, onTurn}, set)
  const judge = (good: number, bad = 0): SyncStage => {
    for (let i = 0; i < bad; i++) ratchet.judged(true)
    for (let i = 0; i < good; i++) ratchet.judged(false)
    return ratchet.stage
  }
  return {ratchet, clock, turns, judge}
}

test('a host that keeps Sync 1.1 is warned after fifty commits, and held to it after a day', () => {
  const {ratchet, clock, turns, judge} = begun()
  equal(ratchet.failureRate, undefined)
  deepEqual([judge(48, 1), judge(1)], ['observe', 'warn'])
  clock.ms += warnMs - 1
  equal(judge(1), 'warn')
  clock.ms += 1
  equal(judge(1), 'enforce')
  deepEqual(turns, [
    ['warn', 1_000, 1 / 50],
    ['enforce', 1_000 + warnMs, 1 / 52],
  ])
})

test('one that does not keep it is observed, and again when it falls back while it is warned', () => {
  const {judge} = begun()
  deepEqual([judge(97, 3), judge(100)], ['observe', 'warn'])
  deepEqual([judge(0, 18), judge(0, 1)], ['warn', 'observe'])
  const tenth = begun().judge
  deepEqual([tenth(90), tenth(0, 10), tenth(0, 1)], ['warn', 'warn', 'observe'], 'a tenth may fail')
})

test('once it is held to it, it stays so, whatever it sends, unless the operator says otherwise', () => {
  const {ratchet, judge, turns} = begun('enforce')
  equal(judge(0, 5_000), 'enforce')
  ratchet.set = 'observe'
  equal(judge(0, 1), 'observe')
  ratchet.set = null
  deepEqual([judge(0), turns], ['enforce', []])
  equal(begun('observe', 'enforce').judge(0, 100), 'enforce')
  equal(begun('enforce', 'enforce', 'warn').judge(0), 'warn', 'what is set of a host goes over the configuration')
})

test('the newest commits count, two thousand at most', () => {
  const {ratchet, judge} = begun()
  judge(0, 1_000)
  equal(ratchet.failureRate, 1)
  judge(1_000)
  equal(ratchet.failureRate, 0.5)
  judge(1)
  equal(ratchet.failureRate, 0)
})
