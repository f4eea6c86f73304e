/** Inverses, products and halves against BigInt. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {WasmModule} from '../wasm.ts'
import {runSeed as seed, seeded} from '../../../../test/random.ts'
import {fieldPrime} from './field.ts'
import {writeInverse} from './inverse.ts'
import {groupOrder, writeScalarProduct, writeSplit} from './scalar.ts'

const lambda = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
const module = new WasmModule()
writeInverse(module.function('inverse', 2), groupOrder)
writeInverse(module.function('field inverse', 2), fieldPrime)
writeScalarProduct(module.function('product', 3))
writeSplit(module.function('split', 2))
const {exports} = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)))
const bytes = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
const call = (name: string, ...args: number[]): void => (exports[name] as (...args: number[]) => void)(...args)

function put(at: number, value: bigint): void {
  for (let i = 0; i < 32; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 255n)
}
const take = (at: number, size = 32): bigint =>
  bytes.subarray(at, at + size).reduceRight((value, byte) => 256n * value + BigInt(byte), 0n)

const random = seeded(seed)
const chance = (): bigint => {
  let value = 0n
  for (let i = 0; i < 32; i++) value = 256n * value + BigInt(Math.floor(random() * 256))
  return value % groupOrder
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
  ...Array.from({length: 500}, chance),
]

test('a number times its inverse is one, modulo the order and in the field', () => {
  for (const scalar of scalars) {
    for (const [name, modulus] of [
      ['inverse', groupOrder],
      ['field inverse', fieldPrime],
    ] as const) {
      put(0, scalar)
      call(name, 32, 0)
      const inverse = take(32)
      assert.ok(inverse < modulus, `SEED=${seed} ${name} of ${scalar}`)
      assert.equal((inverse * scalar) % modulus, 1n, `SEED=${seed} ${name} of ${scalar}`)
    }
  }
})

test('products are those modulo the order, and below it', () => {
  for (const [i, scalar] of scalars.entries()) {
    for (const other of [0n, groupOrder - 1n, scalars[(i * 31) % scalars.length], 2n ** 256n - 1n]) {
      put(0, scalar)
      put(32, other)
      call('product', 64, 0, 32)
      assert.equal(take(64), mod(scalar * other), `SEED=${seed} ${scalar} times ${other}`)
      call('product', 64, 32, 0)
      assert.equal(take(64), mod(scalar * other), `SEED=${seed} ${other} times ${scalar}`)
    }
  }
})

test('the two halves of a multiplier are short, and make it up', () => {
  const flags = new Int32Array(bytes.buffer, 128 + 32, 2)
  for (const scalar of [0n, ...scalars]) {
    put(0, scalar)
    call('split', 128, 0)
    const [first, second] = [0, 1].map(i => take(128 + 16 * i, 16) * (flags[i] === 1 ? -1n : 1n))
    assert.equal(mod(first + second * lambda), scalar, `SEED=${seed} ${scalar}: ${first} and ${second}`)
  }
})
