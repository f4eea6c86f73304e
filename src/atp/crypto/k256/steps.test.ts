/** Steps come to the number that they were made of. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed as seed, seeded} from '../../../../test/random.ts'
import {levelSize, levelsSize, pointsPerBitMax, Steps, subtracted} from './steps.ts'

const random = seeded(seed)
const chance = (): bigint => BigInt(Math.floor(random() * 2 ** 32)) * 2n ** 32n + BigInt(Math.floor(random() * 2 ** 32))
const words = (value: bigint): [number, number] => [Number(value & 0xffffffffn), Number(value >> 32n)]
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
const values = [...ends, ...Array.from({length: 300}, chance)]

const start = 64
const entrySize = 16
const memory = new Int32Array((start + levelsSize) / 4)
const steps = new Steps(memory, start, entrySize)

/** What an address stands for, with the tables of two points that are these numbers one after the other. */
function valueAt(address: number, units: readonly bigint[], entries: number): bigint {
  const index = (address & ~subtracted) / entrySize - 1
  const value = BigInt(2 * (index % entries) + 1) * units[Math.floor(index / entries)]
  return address & subtracted ? -value : value
}

/** What the levels come to. */
function follow(units: readonly bigint[], entries: number): bigint {
  let value = 0n
  for (let level = steps.top; level >= steps.level(0); level -= levelSize) {
    const count = memory[level / 4]
    assert.ok(count <= pointsPerBitMax)
    value *= 2n
    for (let i = 1; i <= count; i++) value += valueAt(memory[level / 4 + i], units, entries)
  }
  return value
}

test('steps come to the sum of all numbers times their points', () => {
  for (const [i, value] of values.entries()) {
    for (const width of [4, 5, 10]) {
      const entries = 2 ** (width - 2)
      const other = values[(i * 7) % values.length]
      const shift = i % 3 === 0 ? 64 : 0
      steps.clear()
      steps.add(...words(value), shift, false, width, entrySize)
      steps.add(...words(other), 0, true, width, entrySize * (1 + entries))
      const expected = value * 2n ** BigInt(shift) - 1000n * other
      const what = `SEED=${seed} ${value} from ${shift} and ${other}, ${width} bits`
      assert.equal(follow([1n, 1000n], entries), expected, what)
      if (expected === 0n) continue
      const top = BigInt(steps.top - steps.level(0)) / BigInt(levelSize)
      const first = valueAt(steps.takeFirst(), [1n, 1000n], entries)
      assert.equal(follow([1n, 1000n], entries) + first * 2n ** top, expected, what)
    }
  }
})
