/**
 * The part of scrypt that takes the time and the memory (ROMix, RFC 7914 section 5), for up to four passwords side by
 * side in one thread, in WebAssembly. Of one password each step waits for the one before, and a processor that could do
 * four at a time stands idle; so the steps of several are put between one another, each password being a lane, and four
 * take twice as long as one. A lane is at a step of its own: one may begin while another is halfway.
 *
 * A block of 64 bytes lies in memory as four vectors, the diagonals of Salsa20's square, so that a quarter of a round is
 * four additions at once; `toVectors` and `fromVectors` go between that and the order of the RFC. The first lane of those
 * that go together is worked on word by word all the same: alone that is quicker, and beside vectors it takes parts of
 * the processor that these leave idle.
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

/** What of a block is worked on at a time: a vector, or each of its words alone. */
interface Unit {
  type: 'v128' | 'i32'
  /** Bytes. */
  size: number
  load: (address: Code, offset?: number) => Code
  store: (address: Code, value: Code, offset?: number) => Code
  add: (a: Code, b: Code) => Code
  xor: (a: Code, b: Code) => Code
}

const vectors: Unit = {...v128, add: i32x4.add, type: 'v128', size: 16}
const words: Unit = {...i32, type: 'i32', size: 4}

/** In a step the state at `from`, xored with the one at `mask`, is mixed into `to`: addresses, all three. */
interface Lane {
  from: Local
  mask: Local
  to: Local
  unit: Unit
  /** The block that is worked on, in the order of memory. */
  block: readonly Local[]
  /** What is added within a round. */
  sum: Local
}

const input = ({from, mask, unit}: Lane, offset: number): Code =>
  unit.xor(unit.load(from.get, offset), unit.load(mask.get, offset))

const times = (count: Code, size: number): Code => i32.mul(count, i32.const(size))

/** BlockMix (RFC 7914 section 4) for some lanes, each named by three addresses. */
function writeMix(module: WasmModule, laneCount: number): WasmFunction {
  const f = module.function(`mix${laneCount}`, 3 * laneCount)
  const lanes = Array.from({length: laneCount}, (_, i): Lane => {
    const [from, mask, to] = f.params.slice(3 * i)
    const unit = i === 0 ? words : vectors
    const block = Array.from({length: blockSize / unit.size}, () => f.local(unit.type))
    return {from, mask, to, unit, block, sum: f.local(unit.type)}
  })
  const seen = f.local('v128')
  const pairs = f.local('i32')
  const rounds = f.local('i32')
  for (const {mask} of lanes) {
    // The table is far away: all of a state is asked for at once, and not block by block as it is worked on.
    const lines = Array.from({length: stateSize / blockSize}, (_, i) => v128.load(mask.get, i * blockSize))
    f.do(seen.set(lines.reduce(v128.or)))
    f.do(v128.store(i32.const(dropped), seen.get))
  }
  const eachUnit = (write: (lane: Lane, part: Local, offset: number) => void): void => {
    for (const lane of lanes) lane.block.forEach((part, i) => write(lane, part, lane.unit.size * i))
  }
  eachUnit((lane, part, offset) => f.do(part.set(input(lane, lastBlock + offset))))
  const pair = f.block(() => {
    // Blocks of even number become the first half of the state, those of odd number the second.
    for (const [inputOffset, outputOffset] of [
      [0, 0],
      [blockSize, stateSize / 2],
    ]) {
      eachUnit((lane, part, offset) => {
        const {unit, to} = lane
        f.do(part.set(unit.xor(part.get, input(lane, inputOffset + offset))))
        f.do(unit.store(to.get, part.get, outputOffset + offset))
      })
      f.do(rounds.set(i32.const(4)))
      const twoRounds = f.block(() => {
        for (const by of ['columns', 'rows'] as const) {
          for (const lane of lanes) (lane.unit === words ? writeWordsRound : writeVectorsRound)(f, lane, by)
        }
        f.do(rounds.set(i32.sub(rounds.get, i32.const(1))))
      })
      f.do(loopWhile(twoRounds, rounds.get))
      eachUnit(({unit, to}, part, offset) => {
        f.do(part.set(unit.add(part.get, unit.load(to.get, outputOffset + offset))))
        f.do(unit.store(to.get, part.get, outputOffset + offset))
      })
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

/** The quarters of a round: which of four is changed by which two others, and by how many bits their sum is turned. */
const quarters = [
  [1, 0, 3, 7],
  [2, 1, 0, 9],
  [3, 2, 1, 13],
  [0, 3, 2, 18],
] as const

/** A round of Salsa20, each line of which goes down a column, or along a row, from its word on the diagonal. */
function writeWordsRound(f: WasmFunction, {block, sum}: Lane, by: 'columns' | 'rows'): void {
  const at = (quarter: number, line: number): Local => {
    const inColumn = diagonals[4 * quarter + line]
    const inRow = (inColumn >> 2) + 4 * (inColumn & 3)
    return block[diagonals.indexOf(by === 'columns' ? inColumn : inRow)]
  }
  for (const [changed, one, other, bits] of quarters) {
    for (let line = 0; line < 4; line++) {
      const to = at(changed, line)
      f.do(sum.set(i32.add(at(one, line).get, at(other, line).get)))
      f.do(to.set(i32.xor(to.get, i32.rotl(sum.get, bits))))
    }
  }
}

/** The same of vectors. After a round on the columns, rows and columns have changed places: with them, vectors 1 and 3. */
function writeVectorsRound(f: WasmFunction, {block, sum}: Lane, by: 'columns' | 'rows'): void {
  const order = (by === 'columns' ? [0, 1, 2, 3] : [0, 3, 2, 1]).map(i => block[i])
  for (const [changed, one, other, bits] of quarters) {
    const to = order[changed]
    f.do(sum.set(i32x4.add(order[one].get, order[other].get)))
    const rest = i32x4.shrUnsigned(sum.get, 32 - bits)
    f.do(to.set(v128.xor(v128.xor(to.get, i32x4.shl(sum.get, bits)), rest)))
  }
  for (const [i, places] of [
    [1, 3],
    [2, 2],
    [3, 1],
  ] as const) {
    f.do(order[i].set(i32x4.turn(order[i], places)))
  }
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
