/** Whom a stream gives up. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {SlowReader} from './slow-reader.ts'

const paced = (perSecond: number, behind: number, seconds: number): boolean => {
  const reader = new SlowReader()
  let isHopeless = false
  for (let second = 0; second <= seconds; second += 10) {
    const seq = second * perSecond
    isHopeless ||= reader.isHopeless(seq, seq + behind, second * 1_000)
  }
  return isHopeless
}

test('a reader is given up who is far behind and hardly reads for a minute, and no other', () => {
  deepEqual(
    [paced(4, 100_001, 60), paced(4, 100_001, 50), paced(4, 100_000, 600), paced(5, 1e9, 600), paced(0, 1e9, 60)],
    [true, false, false, false, true],
  )
})
