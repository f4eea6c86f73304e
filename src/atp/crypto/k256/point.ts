/**
 * Points of secp256k1, y² = x³ + 7, as WebAssembly code. A point is (X/Z², Y/Z³), with [X, Y] and [Z, Z²] as the lanes
 * of two pairs, so that a doubling is four steps of two products each and an addition five.
 *
 * The formulas are those that do not know the point at infinity: adding a point to itself or to its negative gives
 * Z = 0, which then stays, whatever follows. Who uses the result looks at Z first.
 */
import {i32, i64, i64x2, ifElse, loopWhile, type Code, type WasmFunction, WasmModule} from '../wasm.ts'
import {Field, fieldPrime, type Pair} from './field.ts'
import {writeInverse} from './inverse.ts'
import {groupOrder, writeScalarProduct, writeSplit} from './scalar.ts'
import {levelSize, subtracted} from './steps.ts'

interface Point {
  /** [X, Y] */
  xy: Pair
  /** [Z, Z²] */
  z: Pair
}

/** Bytes of a pair, and of a point with its Z. */
export const pairSize = 80
export const pointSize = 2 * pairSize

function double(f: Field, {xy, z}: Point): Point {
  const squares = f.square(xy, [3, 1]) // [M = 3X², Y²]
  const sz = f.multiply(xy, f.pick(squares, 1, z, 0), [4, 2]) // [S = 4XY², 2YZ]
  const fourths = f.square(squares, [1, 4]) // [M², 4Y⁴]
  const m2 = f.pick(fourths, 0, fourths, 0)
  const s = f.pick(sz, 0, sz, 0)
  const x = f.carry(f.sum([m2, 1, -1], [s, -2, 3])) // [X' = M² - 2S, S - X']
  // [M (S - X'), Z'²]
  const last = f.multiply(f.pick(squares, 0, sz, 1), f.pick(x, 1, sz, 1))
  const y = f.carry(f.sum([last, 1], [f.pick(fourths, 1, fourths, 1), -2])) // [Y' = M (S - X') - 8Y⁴, …]
  return {xy: f.pick(x, 0, y, 0), z: f.pick(sz, 1, last, 1)}
}

/** Adds the point [x, y], whose Z is 1. The result has no Z² yet. */
function add(f: Field, {xy, z}: Point, other: Pair): Point {
  const u = f.multiply(other, f.pick(z, 1, z, 0)) // [U = xZ², yZ]
  const h = f.carry(f.sum([u, 1], [xy, -1])) // [H = U - X, …]
  const s = f.multiply(f.pick(h, 0, u, 1), f.pick(h, 0, z, 1)) // [H², S = yZ³]
  const r = f.carry(f.sum([s, 1], [xy, -1])) // […, R = S - Y]
  const v = f.multiply(f.pick(r, 1, xy, 0), f.pick(r, 1, s, 0)) // [R², V = XH²]
  const hz = f.multiply(f.pick(h, 0, h, 0), f.pick(s, 0, z, 0)) // [H³, Z' = HZ]
  const swapped = f.pick(v, 1, v, 0)
  const x = f.carry(f.sum([v, 1], [hz, -1], [swapped, -2])) // [X' = R² - H³ - 2V, …]
  const fall = f.carry(f.sum([swapped, 1], [x, -1])) // [V - X', …]
  const t = f.multiply(f.pick(r, 1, xy, 1), f.pick(fall, 0, hz, 0)) // [R (V - X'), YH³]
  const y = f.carry(f.sum([t, 1], [f.pick(t, 1, t, 0), -1]))
  return {xy: f.pick(x, 0, y, 0), z: f.pick(hz, 1, hz, 1)}
}

/** [Z, Z²] from [Z, …]. */
function squareZ(f: Field, z: Pair): Pair {
  return f.pick(z, 0, f.square(f.pick(z, 0, z, 0)), 0)
}

const loadPoint = (f: Field, address: Code): Point => ({xy: f.load(address), z: f.load(address, pairSize)})

/** What the module exports. All numbers are addresses in its memory, but for `times` and `count`. */
export interface PointCode {
  readonly memory: WebAssembly.Memory
  /** Two integers of 32 bytes, the last byte first, to a pair. */
  fromBytes(to: number, bytes: number): void
  /** The first of a pair to an integer of 32 bytes. */
  toBytes(bytes: number, pair: number): void
  multiply(to: number, a: number, b: number): void
  /** `a` to the power of 2^times; at least once. */
  square(to: number, a: number, times: number): void
  /** `a - b`. */
  subtract(to: number, a: number, b: number): void
  /** `[az², bz³]` for pairs [a, b] and [z, …]: with 1/z, what brings a point to Z = 1. */
  rescale(to: number, ab: number, z: number): void
  /** `[X - rZ², …]` for a pair [r, r]: zero when r is the x of the point. */
  differenceOfX(to: number, point: number, r: number): void
  /** 1/a in the field, of integers of 32 bytes. */
  inverse(to: number, a: number): void
  /** 1/a modulo the order, of integers of 32 bytes, as are the two below. */
  scalarInverse(to: number, a: number): void
  scalarProduct(to: number, a: number, b: number): void
  /** Two halves of 16 bytes, and for each four bytes that are 1 if it is negative. */
  split(to: number, scalar: number): void
  /** Writes `count` pairs [x, y] as [βx, y], for a pair [β, 1]. */
  turn(to: number, from: number, count: number, beta: number): void
  /**
   * Adds to the point what the level has (`steps.ts`), and then for each level below, down to the last, doubles it and
   * adds what that one has.
   */
  run(point: number, level: number, last: number): void
}

/** The module as bytes, with a memory of `pages` times 64 KiB. */
export function pointModule(pages: number): Uint8Array<ArrayBuffer> {
  const module = new WasmModule()
  const define = (name: keyof PointCode, params: number, write: (f: WasmFunction, field: Field) => void): void => {
    const f = module.function(name, params)
    write(f, new Field(f))
  }
  define('fromBytes', 2, (f, field) => {
    const [to, bytes] = f.params
    field.store(to.get, field.fromBytes(bytes.get))
  })
  define('multiply', 3, (f, field) => {
    const [to, a, b] = f.params
    field.store(to.get, field.multiply(field.load(a.get), field.load(b.get)))
  })
  define('square', 3, (f, field) => {
    const [to, a, times] = f.params
    const value = field.load(a.get)
    const body = f.block(() => {
      field.copy(value, field.square(value))
      f.do(times.set(i32.sub(times.get, i32.const(1))))
    })
    f.do(loopWhile(body, times.get))
    field.store(to.get, value)
  })
  define('subtract', 3, (f, field) => {
    const [to, a, b] = f.params
    field.store(to.get, field.carry(field.sum([field.load(a.get), 1], [field.load(b.get), -1])))
  })
  define('rescale', 3, (f, field) => {
    const [to, ab, address] = f.params
    const pair = field.load(address.get)
    const z = field.pick(pair, 0, pair, 0)
    const square = field.square(z)
    field.store(to.get, field.multiply(field.load(ab.get), field.pick(square, 0, field.multiply(square, z), 0)))
  })
  define('differenceOfX', 3, (f, field) => {
    const [to, address, r] = f.params
    const {xy, z} = loadPoint(field, address.get)
    const x = field.multiply(field.load(r.get), squareZ(field, z))
    field.store(to.get, field.carry(field.sum([xy, 1], [field.pick(x, 1, x, 1), -1])))
  })
  define('toBytes', 2, (f, field) => {
    const [bytes, pair] = f.params
    field.toBytes(bytes.get, pair.get)
  })
  define('inverse', 2, f => writeInverse(f, fieldPrime))
  define('scalarInverse', 2, f => writeInverse(f, groupOrder))
  define('scalarProduct', 3, writeScalarProduct)
  define('split', 2, writeSplit)
  define('turn', 4, (f, field) => {
    const [to, from, count, address] = f.params
    const beta = field.load(address.get)
    const body = f.block(() => {
      field.store(to.get, field.multiply(field.load(from.get), beta))
      for (const pair of [to, from]) f.do(pair.set(i32.add(pair.get, i32.const(pairSize))))
      f.do(count.set(i32.sub(count.get, i32.const(1))))
    })
    f.do(loopWhile(body, count.get))
  })
  define('run', 3, (f, field) => {
    const [address, level, last] = f.params
    const point = loadPoint(field, address.get)
    const become = ({xy, z}: Point): void => {
      field.copy(point.xy, xy)
      field.copy(point.z, z)
    }
    const square = (): void => field.copy(point.z, squareZ(field, point.z))
    const [count, entry, step] = [f.local('i32'), f.local('i32'), f.local('i32')]
    const sign = f.local('v128')
    const addOne = f.block(() => {
      f.do(step.set(i32.load(entry.get)))
      f.do(entry.set(i32.add(entry.get, i32.const(4))))
      f.do(count.set(i32.sub(count.get, i32.const(1))))
      // The lowest bit of the step is the sign of y, and so goes to where the sign of a double is.
      f.do(sign.set(i64x2.pair(i64.const(0n), i64.shl(i64.fromI32(step.get), 63))))
      const pair = field.load(i32.and(step.get, i32.const(~subtracted)))
      become(add(field, point, field.flip(pair, sign)))
      // A doubling makes the square of its own Z, but needs none.
      f.do(ifElse(count.get, f.block(square)))
    })
    const isAbove = i32.less(last.get, level.get)
    const descend = f.block(() => {
      become(double(field, point))
      f.do(level.set(i32.sub(level.get, i32.const(levelSize))))
    })
    const more = f.local('i32')
    const oneLevel = f.block(() => {
      f.do(count.set(i32.load(level.get)))
      f.do(entry.set(i32.add(level.get, i32.const(4))))
      f.do(ifElse(count.get, loopWhile(addOne, count.get)))
      f.do(more.set(isAbove))
      f.do(ifElse(more.get, descend))
    })
    square()
    f.do(loopWhile(oneLevel, more.get))
    field.store(address.get, point.xy)
    field.store(address.get, point.z, pairSize)
  })
  return module.encode(pages)
}
