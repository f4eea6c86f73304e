/** Steps come to the number that they were made of. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed as seed, seeded} from '../../../../test/random.ts'
import {doubling, Steps, subtracted, withSquare} from './steps.ts'

const random = seeded(seed)
const chance = (): bigint => BigInt(Math.floor(random() * 2 ** 32)) * 2n ** 32n + BigInt(Math.floor(random() * 2 ** 32))

/** What the steps do to a number, where an entry of a table is an odd multiple of `unit`. */
function follow(
  steps: readonly number[],
  tables: ReadonlyMap<number, bigint>,
  entrySize: number,
  entries: number,
): bigint {
  let value = 0n
  for (const [i, step] of steps.entries()) {
    if (step === doubling) {
      value *= 2n
      continue
    }
    const follower = steps[i + 1] ?? -1
    assert.equal((step & withSquare) !== 0, follower !== doubling, 'Z² is made for what is no doubling')
    const address = step & ~(subtracted | withSquare)
    const [table, unit] = [...tables].find(([start]) => address >= start && address < start + entries * entrySize)!
    const times = BigInt(2 * ((address - table) / entrySize) + 1)
    value += (step & subtracted ? -times : times) * unit
  }
  return value
}

const words = (value: bigint): [number, number] => [Number(value & 0xffffffffn), Number(value >> 32n)]

test('steps come to the sum of all pieces times their points', () => {
  const steps = new Steps(2, 16)
  const to = new Int32Array(1024)
  const ends = [
    0n,
    1n,
    2n ** 64n - 1n,
    2n ** 63n,
    2n ** 32n,
    2n ** 32n - 1n,
    0xffff_ffff_0000_0001n,
    0xffff_ffff_8000_0000n,
  ]
  const values = [...ends, ...Array.from({length: 300}, () => chance())]
  for (const [i, value] of values.entries()) {
    for (const width of [4, 5, 10]) {
      const entries = 2 ** (width - 2)
      const other = values[(i * 7) % values.length]
      const start = i % 3 === 0 ? 64 : 0
      steps.clear()
      steps.add(...words(value), start, false, width, 16)
      steps.add(...words(other), 0, true, width, 16 + entries * 16)
      const count = steps.write(to)
      const tables = new Map([
        [16, 1n],
        [16 + entries * 16, 1000n],
      ])
      const result = follow([...to.subarray(0, count)], tables, 16, entries)
      const expected = value * 2n ** BigInt(start) - 1000n * other
      assert.equal(result, expected, `SEED=${seed} ${value} from ${start} and ${other}, ${width} bits`)
    }
  }
})
