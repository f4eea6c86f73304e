/** The field against BigInt, at chance numbers and at the ends of what its doubles may be. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {WasmModule} from '../wasm.ts'
import {runSeed as seed, seeded} from '../../../../test/random.ts'
import {Field, fieldPrime, fromLimbs, limbs, roundsOnce, toLimbs, type Scale} from './field.ts'

const scales: Scale[] = [
  [1, 1],
  [3, 1],
  [4, 2],
  [1, 4],
]
type Operation = (to: number, a: number, b: number) => void

const module = new WasmModule()
const define = (
  name: string,
  write: (field: Field, a: ReturnType<Field['load']>, b: ReturnType<Field['load']>) => ReturnType<Field['load']>,
): void => {
  const f = module.function(name, 3)
  const [to, a, b] = f.params
  const field = new Field(f)
  field.store(to.get, write(field, field.load(a.get), field.load(b.get)))
}
for (const scale of scales) {
  define(`multiply ${scale}`, (field, a, b) => field.multiply(a, b, scale))
  define(`square ${scale}`, (field, a) => field.square(a, scale))
}
define('carry', (field, a) => field.carry(a))
define('sum', (field, a, b) => field.sum([a, 1, -1], [b, -2, 3]))
{
  const f = module.function('fromBytes', 2)
  const field = new Field(f)
  field.store(f.params[0].get, field.fromBytes(f.params[1].get))
}
{
  const f = module.function('toBytes', 2)
  new Field(f).toBytes(f.params[0].get, f.params[1].get)
}
const {exports} = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)))
const memory = new Float64Array((exports.memory as WebAssembly.Memory).buffer)
const bytes = new Uint8Array(memory.buffer)
const call = (name: string): Operation => exports[name] as Operation

type Doubles = readonly number[]
function put(at: number, lanes: readonly Doubles[]): void {
  for (const [lane, values] of lanes.entries()) for (const k of limbs) memory[at / 8 + 2 * k + lane] = values[k]
}
const take = (at: number): number[][] => [0, 1].map(lane => limbs.map(k => memory[at / 8 + 2 * k + lane]))

function assertCarried(values: Doubles, what: string): void {
  for (const k of limbs) {
    const most = k === 4 ? 2 ** 51 : 2 ** 50 + 2 ** 39
    assert.ok(Number.isInteger(values[k]) && Math.abs(values[k]) <= most, `${what}: double ${k} is ${values[k]}`)
  }
}

const mod = (value: bigint): bigint => ((value % fieldPrime) + fieldPrime) % fieldPrime
/** What the doubles stand for, also where they are no carried number. */
const numberOf = (values: Doubles): bigint => fromLimbs(values)

const skip = roundsOnce() ? false : 'this processor rounds multiply-add twice, and the field is not used'
const random = seeded(seed)
const between = (most: number): number => Math.round((2 * random() - 1) * most)
const most = limbs.map(k => (k === 4 ? 2 ** 51 : 2 ** 50 + 2 ** 39))

/** Carried doubles: any, the largest there are with any sign, or nearly so, and small ones. */
function carried(round: number): number[] {
  if (round % 4 === 0) return most.map(size => between(size))
  if (round % 4 === 1) return most.map(size => size * Math.sign(random() - 0.5))
  if (round % 4 === 2) return most.map(size => size - Math.floor(random() * 4))
  return most.map(() => between(3))
}

test('products and squares, at every scale, also of the largest doubles', {skip}, () => {
  for (let round = 0; round < 400; round++) {
    const [a, b] = [
      [carried(round), carried(round >> 2)],
      [carried(round >> 2), carried(round)],
    ]
    put(0, a)
    put(80, b)
    for (const scale of scales) {
      for (const [name, c] of [
        ['multiply', b],
        ['square', a],
      ] as const) {
        call(`${name} ${scale}`)(160, 0, 80)
        for (const [lane, values] of take(160).entries()) {
          const what = `SEED=${seed} round ${round}: ${name}, scale ${scale}, lane ${lane}`
          assert.equal(numberOf(values), mod(numberOf(a[lane]) * numberOf(c[lane]) * BigInt(scale[lane])), what)
          assertCarried(values, what)
        }
      }
    }
  }
})

test('a sum is exact, and its carried form is the same number', {skip}, () => {
  for (let round = 0; round < 400; round++) {
    const a = [0, 1].map(lane =>
      round % 3 ? limbs.map(() => between(2 ** 53)) : limbs.map(() => 2 ** 53 * (1 - 2 * lane)),
    )
    put(0, a)
    call('carry')(160, 0, 0)
    for (const [lane, values] of take(160).entries()) {
      assert.equal(numberOf(values), numberOf(a[lane]), `SEED=${seed} round ${round}`)
      assertCarried(values, `SEED=${seed} round ${round}`)
    }
    const [b, c] = [
      [carried(round), carried(round + 1)],
      [carried(round + 2), carried(round + 3)],
    ]
    put(0, b)
    put(80, c)
    call('sum')(160, 0, 80)
    const [first, second] = take(160)
    assert.deepEqual(
      first,
      limbs.map(k => b[0][k] - 2 * c[0][k]),
    )
    assert.deepEqual(
      second,
      limbs.map(k => 3 * c[1][k] - b[1][k]),
    )
  }
})

const chance = (): bigint =>
  BigInt(`0x${Array.from({length: 64}, () => Math.floor(random() * 16).toString(16)).join('')}`)

test('bytes are read from the last to the first, up to the largest', {skip}, () => {
  for (const value of [0n, 1n, fieldPrime - 1n, 2n ** 255n, 2n ** 256n - 1n, chance(), chance(), chance()]) {
    for (let i = 0; i < 32; i++) {
      bytes[400 + i] = Number((value >> BigInt(8 * i)) & 255n)
      bytes[432 + i] = Number(((value ^ 1n) >> BigInt(8 * i)) & 255n)
    }
    call('fromBytes')(160, 400, 0)
    const pair = take(160)
    assert.deepEqual(pair.map(numberOf), [mod(value), mod(value ^ 1n)], `SEED=${seed}`)
    for (const values of pair) assertCarried(values, 'from bytes')
  }
})

test('bytes are written of any carried number, as below p', {skip}, () => {
  for (let round = 0; round < 400; round++) {
    const values = carried(round)
    put(0, [values, carried(round + 1)])
    call('toBytes')(400, 0, 0)
    const written = bytes.subarray(400, 432).reduceRight((value, byte) => 256n * value + BigInt(byte), 0n)
    assert.equal(written, numberOf(values), `SEED=${seed} round ${round}`)
  }
})

test('the doubles of a number are carried, and give it back', {skip}, () => {
  for (const value of [0n, 1n, fieldPrime - 1n, fieldPrime / 2n, fieldPrime / 2n + 1n, 2n ** 204n - 1n, 2n ** 255n]) {
    const values = toLimbs(value)
    assertCarried(values, `${value}`)
    assert.equal(fromLimbs(values), mod(2n * value))
  }
})
