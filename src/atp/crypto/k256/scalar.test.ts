/** Inverses, halves and digits give the number that they were made of. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {WasmModule} from '#std/wasm.ts'
import {runSeed as seed, seeded} from '../../../../test/random.ts'
import {groupOrder, inverseSize, writeInverse} from './inverse.ts'
import {doubling, splitScalar, Steps, subtracted, withSquare} from './scalar.ts'

const lambda = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
const random = seeded(seed)
const chance = (bits: number): bigint => {
  let value = 0n
  for (let bit = 0; bit < bits; bit++) value = 2n * value + (random() < 0.5 ? 0n : 1n)
  return value
}
const mod = (value: bigint): bigint => ((value % groupOrder) + groupOrder) % groupOrder

const scalars = [
  1n,
  2n,
  3n,
  groupOrder - 1n,
  groupOrder - 2n,
  groupOrder / 2n,
  groupOrder / 2n + 1n,
  lambda,
  groupOrder - lambda,
  ...Array.from({length: 255}, (_, bit) => 2n ** BigInt(bit)),
  ...Array.from({length: 500}, () => mod(chance(256))),
]

test('a number times its inverse is one', () => {
  const module = new WasmModule()
  writeInverse(module.function('inverse', 2))
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)))
  const words = new Int32Array((exports.memory as WebAssembly.Memory).buffer)
  const inverse = exports.inverse as (to: number, from: number) => void
  for (const scalar of scalars) {
    for (let k = 0; k < 9; k++) words[k] = Number((scalar >> BigInt(30 * k)) & (2n ** 30n - 1n))
    inverse(64, 0)
    let value = 0n
    for (let k = 8; k >= 0; k--) value = (value << 30n) + BigInt(words[16 + k])
    const sign = words[16 + inverseSize / 4]
    assert.equal(mod(value * BigInt(sign) * scalar), 1n, `SEED=${seed} ${scalar}`)
  }
})

test('the two halves of a multiplier are short, and make it up', () => {
  for (const scalar of [0n, ...scalars]) {
    const [first, second] = splitScalar(scalar)
    assert.equal(mod(first + second * lambda), scalar, `SEED=${seed}`)
    for (const half of [first, second]) assert.ok(half < 2n ** 128n && -half < 2n ** 128n, `${scalar}: ${half}`)
  }
})

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
  const steps = new Steps(3, 16)
  const out = new Int32Array(1024)
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
  const values = [...ends, ...Array.from({length: 300}, () => chance(64))]
  for (const [i, value] of values.entries()) {
    for (const width of [4, 5, 10]) {
      const entries = 2 ** (width - 2)
      const other = values[(i * 7) % values.length]
      steps.clear()
      steps.add(...words(value), false, width, 16)
      steps.add(...words(other), true, width, 16 + entries * 16)
      const count = steps.write(out)
      const tables = new Map([
        [16, 1n],
        [16 + entries * 16, 1000n],
      ])
      const result = follow([...out.subarray(0, count)], tables, 16, entries)
      assert.equal(result, value - 1000n * other, `SEED=${seed} ${value} and ${other}, ${width} bits`)
    }
  }
})
