/** What is kept in memory goes when it has changed, and where nobody would tell, when it is old. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {ageMaxMs, Memory} from './memory.ts'

function setUp(othersWrite: boolean) {
  let nowMs = 0
  const memory = new Memory({now: () => nowMs, othersWrite})
  return {memory, wait: (ms: number): void => void (nowMs += ms)}
}

test('what an act may have changed is forgotten wherever it is kept', () => {
  const {memory} = setUp(false)
  const [records, actors] = [memory.changing<string>(10), memory.changing<string>(10)]
  for (const kept of [records, actors]) for (const number of [1, 2]) kept.set(number, `old ${number}`)
  memory.changed(new Set([1, 7]))
  equal(records.get(1), undefined)
  equal(actors.get(1), undefined)
  equal(records.get(2), 'old 2')
})

test('where every writer tells, what did not change is kept for good', () => {
  const {memory, wait} = setUp(false)
  const kept = memory.changing<string>(10)
  kept.set(1, 'kept')
  wait(1e12)
  equal(kept.get(1), 'kept')
})

test('where others write too, nothing that may change is kept longer than a second', () => {
  const {memory, wait} = setUp(true)
  const [kept, numbers] = [memory.changing<string>(10), memory.given<string, number>(10)]
  kept.set(1, 'kept')
  numbers.set('did:web:alice.test', 1)
  wait(ageMaxMs - 1)
  equal(kept.get(1), 'kept')
  wait(1)
  equal(kept.get(1), undefined)
  equal(numbers.get('did:web:alice.test'), 1)
})

test('all that is kept is bounded in number', () => {
  const {memory} = setUp(false)
  const [kept, numbers] = [memory.changing<number>(2), memory.given<number, number>(2)]
  for (const number of [1, 2, 3]) {
    kept.set(number, number)
    numbers.set(number, number)
  }
  equal(kept.get(1), undefined)
  equal(numbers.get(1), undefined)
  equal(kept.get(3), 3)
})
