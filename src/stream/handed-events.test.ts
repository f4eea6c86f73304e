import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {HandedEvents} from './handed-events.ts'
import type {StreamEvent} from './verified-events.ts'

const event = (name: string): StreamEvent => ({t: '#info', name})

const filled = (from: number, through: number, size = 1): HandedEvents => {
  const handed = new HandedEvents()
  for (let seq = from; seq <= through; seq++) handed.add(seq, event(`${seq}`), size)
  return handed
}

const nameOf = (handed: HandedEvents, seq: number): string | undefined =>
  (handed.get(seq) as {name?: string} | undefined)?.name

for (const [rule, handed, seqs, count] of [
  ['of nothing there is nothing', new HandedEvents(), [], 0],
  ['events are had by their numbers', filled(7, 9), [7, 8, 9], 3],
  ['past the end of the ring', filled(4_094, 4_099), [4_094, 4_095, 4_096, 4_099], 6],
  ['of more than 4,096 the oldest go', filled(1, 5_000), [905, 5_000], 4_096],
  ['of more than 4 MiB the oldest go', filled(1, 9, 2 ** 20), [6, 9], 4],
  ['one that is larger is not held', filled(1, 3, 5 * 2 ** 20), [], 0],
] as const)
  test(`what is handed on: ${rule}`, () => {
    equal(handed.count, count)
    deepEqual(
      seqs.map(seq => nameOf(handed, seq)),
      seqs.map(String),
    )
    for (const seq of [0, (seqs[0] ?? 1) - 1, (seqs.at(-1) ?? 3) + 1]) equal(nameOf(handed, seq), undefined, `${seq}`)
  })

test('what all readers have goes, and after a gap it begins anew', () => {
  const handed = filled(1, 9, 2 ** 19)
  handed.dropThrough(6)
  deepEqual([handed.count, nameOf(handed, 6), nameOf(handed, 7)], [3, undefined, '7'])
  handed.dropThrough(3)
  equal(handed.count, 3)
  for (const seq of [20, 21]) handed.add(seq, event(`${seq}`), 2 ** 20)
  deepEqual([handed.count, nameOf(handed, 9), nameOf(handed, 20)], [2, undefined, '20'])
  handed.dropThrough(Infinity)
  equal(handed.count, 0)
  for (let seq = 22; seq < 26; seq++) handed.add(seq, event(`${seq}`), 2 ** 20)
  equal(handed.count, 4, 'the bytes of what went are counted no more')
})
