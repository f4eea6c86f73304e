/**
 * The part of scrypt that takes the time and the memory (ROMix, RFC 7914 section 5), for up to four passwords side by
 * side in one thread, in WebAssembly. Of one password each step waits for the one before, and a processor that could do
 * four at a time stands idle; so the steps of several are put between one another, each password being a lane, and four
 * take hardly longer than one. A lane is at a step of its own: one may begin while another is halfway.
 *
 * A block of 64 bytes lies in memory as four vectors, the diagonals of Salsa20's square, so that a quarter of a round is
 * four additions at once; `toVectors` and `fromVectors` go between that and the order of the RFC.
 */
import {
  choose,
  i32,
  i32x4,
  ifElse,
  loopWhile,
  v128,
  WasmModule,
  type Code,
  type Local,
  type WasmFunction,
} from '#atp/crypto/wasm.ts'

/** N, r and p of every hash here. */
export const cost = {N: 16_384, r: 8, p: 1} as const

/** Bytes of one state (2 r blocks of 64), of which a lane writes N while it fills its table and then looks into them. */
export const stateSize = 128 * cost.r
const blockSize = 64
const lastBlock = stateSize - blockSize

export const lanesMax = 4
/** A hash is so many steps: N that fill the table, N that mix. */
export const stepsOfHash = 2 * cost.N

/**
 * The memory: a state of zeros, a place to drop what is only read to have it near, and the lanes, each of two states,
 * between which it goes while it mixes, and its table.
 */
const dropped = stateSize
const firstLane = 2 * stateSize
const tableOffset = 2 * stateSize
export const laneSize = tableOffset + cost.N * stateSize
export const laneAt = (lane: number): number => firstLane + lane * laneSize
const pages = Math.ceil(laneAt(lanesMax) / 65_536)

/** Where a lane's first state is put, and where its last one is. */
export const inputAt = (lane: number): number => laneAt(lane) + tableOffset
export const outputAt = laneAt

/** The words of a block in the order in which they lie in memory: the first four make the first vector, and so on. */
const diagonals = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11]

export function toVectors(state: Uint32Array, out: Uint32Array): void {
  for (let i = 0; i < state.length; i++) out[i] = state[(i & ~15) + diagonals[i & 15]]
}

export function fromVectors(vectors: Uint32Array, out: Uint32Array): void {
  for (let i = 0; i < vectors.length; i++) out[(i & ~15) + diagonals[i & 15]] = vectors[i]
}

/** What a step of one lane reads and writes: the state at `from`, xored with the one at `mask`, is mixed into `to`. */
interface Addresses {
  from: Local
  mask: Local
  to: Local
}

interface Lane extends Addresses {
  /** The block that is worked on, by its vectors. */
  block: [Local, Local, Local, Local]
  sum: Local
}

const input = ({from, mask}: Addresses, offset: number): Code =>
  v128.xor(v128.load(from.get, offset), v128.load(mask.get, offset))

const times = (count: Code, size: number): Code => i32.mul(count, i32.const(size))

/** BlockMix (RFC 7914 section 4) for some lanes, each named by three addresses. */
function writeMix(module: WasmModule, laneCount: number): WasmFunction {
  const f = module.function(`mix${laneCount}`, 3 * laneCount)
  const vector = (): Local => f.local('v128')
  const lanes = Array.from({length: laneCount}, (_, i): Lane => {
    const [from, mask, to] = f.params.slice(3 * i)
    return {from, mask, to, block: [vector(), vector(), vector(), vector()], sum: vector()}
  })
  const pairs = f.local('i32')
  const rounds = f.local('i32')
  for (const {mask, sum} of lanes) {
    // The table is far away: all of a state is asked for at once, and not block by block as it is worked on.
    const lines = Array.from({length: stateSize / blockSize}, (_, i) => v128.load(mask.get, i * blockSize))
    f.do(sum.set(lines.reduce(v128.or)))
    f.do(v128.store(i32.const(dropped), sum.get))
  }
  for (const lane of lanes) lane.block.forEach((part, i) => f.do(part.set(input(lane, lastBlock + 16 * i))))
  const pair = f.block(() => {
    // Blocks of even number become the first half of the state, those of odd number the second.
    for (const [inputOffset, outputOffset] of [
      [0, 0],
      [blockSize, stateSize / 2],
    ]) {
      for (const lane of lanes) {
        lane.block.forEach((part, i) => {
          f.do(part.set(v128.xor(part.get, input(lane, inputOffset + 16 * i))))
          f.do(v128.store(lane.to.get, part.get, outputOffset + 16 * i))
        })
      }
      f.do(rounds.set(i32.const(4)))
      const twoRounds = f.block(() => {
        for (const turn of [0, 1])
          for (const lane of lanes) writeRound(f, lane, turn === 0 ? [0, 1, 2, 3] : [0, 3, 2, 1])
        f.do(rounds.set(i32.sub(rounds.get, i32.const(1))))
      })
      f.do(loopWhile(twoRounds, rounds.get))
      for (const {to, block} of lanes) {
        block.forEach((part, i) => {
          f.do(part.set(i32x4.add(part.get, v128.load(to.get, outputOffset + 16 * i))))
          f.do(v128.store(to.get, part.get, outputOffset + 16 * i))
        })
      }
    }
    for (const {from, mask, to} of lanes) {
      for (const address of [from, mask]) f.do(address.set(i32.add(address.get, i32.const(2 * blockSize))))
      f.do(to.set(i32.add(to.get, i32.const(blockSize))))
    }
    f.do(pairs.set(i32.sub(pairs.get, i32.const(1))))
  })
  f.do(pairs.set(i32.const(cost.r)))
  f.do(loopWhile(pair, pairs.get))
  return f
}

/** A round of Salsa20 on the columns, after which rows and columns have changed places: with them, vectors 1 and 3. */
function writeRound(f: WasmFunction, {block, sum}: Lane, order: readonly number[]): void {
  const [a, b, c, d] = order.map(i => block[i])
  for (const [changed, one, other, bits] of [
    [b, a, d, 7],
    [c, b, a, 9],
    [d, c, b, 13],
    [a, d, c, 18],
  ] as const) {
    f.do(sum.set(i32x4.add(one.get, other.get)))
    const rest = i32x4.shrUnsigned(sum.get, 32 - bits)
    f.do(changed.set(v128.xor(v128.xor(changed.get, i32x4.shl(sum.get, bits)), rest)))
  }
  f.do(b.set(i32x4.turn(b, 3)))
  f.do(c.set(i32x4.turn(c, 2)))
  f.do(d.set(i32x4.turn(d, 1)))
}

/** `run<n>(steps, step of the first, its address, step of the second, …)`: so many steps of each of n lanes. */
function writeRun(module: WasmModule, laneCount: number, mix: WasmFunction): void {
  const f = module.function(`run${laneCount}`, 1 + 2 * laneCount)
  const [left] = f.params
  const lanes = Array.from({length: laneCount}, (_, i) => {
    const [step, address] = f.params.slice(1 + 2 * i)
    return {step, address, from: f.local('i32'), mask: f.local('i32'), to: f.local('i32')}
  })
  const body = f.block(() => {
    for (const {step, address, from, mask, to} of lanes) {
      const table = i32.add(address.get, i32.const(tableOffset))
      // One place of the table into the next, and from the last one out of it.
      const fill = f.block(() => {
        f.do(from.set(i32.add(table, times(step.get, stateSize))))
        f.do(mask.set(i32.const(0)))
        const next = i32.add(from.get, i32.const(stateSize))
        f.do(to.set(choose(next, address.get, i32.less(step.get, i32.const(cost.N - 1)))))
      })
      // From one of the two states into the other, with the place of the table that the state itself names.
      const mixIn = f.block(() => {
        const isOdd = i32.and(step.get, i32.const(1))
        f.do(from.set(i32.add(address.get, times(isOdd, stateSize))))
        f.do(to.set(i32.sub(i32.add(address.get, i32.const(stateSize)), times(isOdd, stateSize))))
        const place = i32.and(i32.load(from.get, lastBlock), i32.const(cost.N - 1))
        f.do(mask.set(i32.add(table, times(place, stateSize))))
      })
      f.do(ifElse(i32.less(step.get, i32.const(cost.N)), fill, mixIn))
      f.do(step.set(i32.add(step.get, i32.const(1))))
    }
    f.do(mix.call(...lanes.flatMap(({from, mask, to}) => [from.get, mask.get, to.get])))
    f.do(left.set(i32.sub(left.get, i32.const(1))))
  })
  f.do(loopWhile(body, left.get))
}

/** The module as bytes, with `memory` and `run1` to `run4`. */
export function encodeKernel(): Uint8Array<ArrayBuffer> {
  const module = new WasmModule()
  for (let count = 1; count <= lanesMax; count++) writeRun(module, count, writeMix(module, count))
  return module.encode(pages)
}
