/**
 * Arithmetic modulo p = 2^256 - 2^32 - 977, two numbers at a time: the field of secp256k1, as WebAssembly code. A
 * product of two 51-bit numbers is taken apart by fused multiply-add, `a × b + c` with one rounding: added to a large
 * constant it leaves the upper half in the bits of the sum, and taking that away from the constant and adding the
 * product again gives the lower half, exactly (N. Emmart, J. Zheng, C. Weems: "Faster modular exponentiation using
 * double precision floating point arithmetic on the GPU", 2018).
 *
 * A number x is kept as x/2 mod p, in five doubles that are integers, of weights 2^0, 2^51 … 2^204. Their products
 * meet 2^255, of which only twice as much has a short remainder: 2^256 = 2^32 + 977. Kept as halves, numbers multiply
 * as 2ab, in which exactly that doubling stands.
 *
 * A number is *carried* when each of its doubles lies within ±(2^50 + 2^39), and the last within ±2^51. Whatever is
 * multiplied must be; then no product leaves ±2^102, where the halves would run into each other. Sums may be up to
 * ±2^53, where integers end, and are carried before they are multiplied.
 */
import {f64, f64x2, i32, i64, i64x2, v128, type Code, type Local, type WasmFunction, WasmModule} from '../wasm.ts'
import {reduce, repack, storeWords} from './words.ts'

export const fieldPrime = 2n ** 256n - 2n ** 32n - 977n
/** 2^256 mod p. */
const wrap = 2 ** 32 + 977
export const limbs = [0, 1, 2, 3, 4] as const
const limbBits = 51
const limbMask = 2n ** 51n - 1n

/** Two numbers, in five vectors. Lane 0 is the first. */
export type Pair = readonly Local[]
/** For each lane 1, 2, 3 or 4. */
export type Scale = readonly [number, number]

const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0]

/** In its binade a unit in the last place is 2^51, with 2^102 to either side. */
const upperMagic = 3 * 2 ** 102
/** Likewise with units of 1, and 2^51 to either side. */
const lowerMagic = 3 * 2 ** 51
/** Its bits, and an integer below 2^52 in place of its last 52, are 2^52 and that integer. */
const intMagic = 2 ** 52
/** Makes a sum positive that may be negative, so that it can be shifted without its sign. */
const bias = 2n ** 60n

/** Writes field arithmetic into one function. */
export class Field {
  readonly #f: WasmFunction
  readonly #constants = new Map<string, Local>()
  readonly #columns: Local[]
  readonly #carries: Local[]
  /** By weight, from the fourth on. */
  readonly #uppers: Local[]
  readonly #high: Local[]
  readonly #upper: Local
  readonly #lower: Local
  readonly #rest: Local
  readonly #twice: Pair

  constructor(f: WasmFunction) {
    this.#f = f
    const several = (count: number): Local[] => Array.from({length: count}, () => f.local('v128'))
    this.#columns = several(5)
    this.#carries = several(5)
    this.#uppers = several(9)
    this.#high = several(10)
    this.#twice = several(3)
    this.#upper = f.local('v128')
    this.#lower = f.local('v128')
    this.#rest = f.local('v128')
  }

  #constant(name: string, code: () => Code): Code {
    let known = this.#constants.get(name)
    if (!known) this.#constants.set(name, (known = this.#f.constant('v128', code())))
    return known.get
  }

  #double(value: number, high = value): Code {
    return this.#constant(`${value} ${high}`, () => f64x2.const(value, high))
  }

  #bits(value: bigint, high = value): Code {
    return this.#constant(`${value}n ${high}`, () => i64x2.const(BigInt.asUintN(64, value), BigInt.asUintN(64, high)))
  }

  fresh(): Pair {
    return limbs.map(() => this.#f.local('v128'))
  }

  #each(make: (limb: number) => Code): Pair {
    return limbs.map(k => this.#f.keep('v128', make(k)))
  }

  /** Two numbers of 80 bytes, limb by limb. */
  load(address: Code, offset = 0): Pair {
    return this.#each(k => v128.load(address, offset + 16 * k))
  }

  store(address: Code, pair: Pair, offset = 0): void {
    for (const k of limbs) this.#f.do(v128.store(address, pair[k].get, offset + 16 * k))
  }

  copy(to: Pair, from: Pair): void {
    for (const k of limbs) this.#f.do(to[k].set(from[k].get))
  }

  /** One lane of `a` and one of `b`. */
  pick(a: Pair, laneOfA: 0 | 1, b: Pair, laneOfB: 0 | 1): Pair {
    return this.#each(k => i64x2.pick(a[k].get, laneOfA, b[k].get, laneOfB))
  }

  /** The same lanes of all limbs, with `signs` (the sign bit or nothing, in each lane) turned over. */
  flip(a: Pair, signs: Local): Pair {
    return this.#each(k => v128.xor(a[k].get, signs.get))
  }

  /** Sum of pairs times small numbers, not carried. */
  sum(...terms: readonly (readonly [Pair, number, number?])[]): Pair {
    return this.#each(k => {
      let code: Code = []
      for (const [pair, first, second = first] of terms) {
        const value = pair[k].get
        if (code.length === 0)
          code = first === 1 && second === 1 ? value : f64x2.mul(value, this.#double(first, second))
        else if (first === 1 && second === 1) code = f64x2.add(code, value)
        else if (first === -1 && second === -1) code = f64x2.sub(code, value)
        else code = f64x2.multiplyAdd(value, this.#double(first, second), code)
      }
      return code
    })
  }

  /** The same numbers, carried. Each double of `a` may be up to ±2^53. */
  carry(a: Pair): Pair {
    const f = this.#f
    const out = this.fresh()
    // Rounded to a multiple of 2^51 (2^52 at the end), which the next one takes over.
    const rounded = this.#carries
    const round = (value: Code, bits: number): Code => {
      const magic = this.#double(3 * 2 ** (bits + limbBits))
      return f64x2.sub(f64x2.add(value, magic), magic)
    }
    for (const k of [0, 1, 2, 3]) {
      f.do(rounded[k].set(round(a[k].get, 51)))
      const rest = f64x2.sub(a[k].get, rounded[k].get)
      f.do(out[k].set(k === 0 ? rest : f64x2.multiplyAdd(rounded[k - 1].get, this.#double(2 ** -51), rest)))
    }
    f.do(out[4].set(f64x2.multiplyAdd(rounded[3].get, this.#double(2 ** -51), a[4].get)))
    f.do(rounded[4].set(round(out[4].get, 52)))
    f.do(out[4].set(f64x2.sub(out[4].get, rounded[4].get)))
    f.do(out[0].set(f64x2.multiplyAdd(rounded[4].get, this.#double(wrap * 2 ** -52), out[0].get)))
    return out
  }

  square(a: Pair, scale: Scale = [1, 1]): Pair {
    return this.multiply(a, a, scale)
  }

  /** The products of the lanes, times `scale`, carried. Both must be carried. */
  multiply(a: Pair, b: Pair, scale: Scale = [1, 1]): Pair {
    return this.#fold(this.#products(a, b), scale)
  }

  /**
   * Sums of products of one weight: below 2^255 as integers, of which what stands in each too much is returned, and from
   * there on as doubles. Those have no bits to spare but need none: with carried limbs the fifth is 7.5 × 2^50 at most,
   * the ones above it less.
   */
  #products(a: Pair, b: Pair): bigint[] {
    const f = this.#f
    const [upper, lower] = [this.#upper, this.#lower]
    const offsets: bigint[] = limbs.map(() => 0n)
    const begun = new Set<Local>()
    const addInteger = (k: number, value: Local, magic: number, times: number): void => {
      const column = this.#columns[k]
      const shifted = times === 2 ? i64x2.shl(value.get, 1) : value.get
      f.do(column.set(begun.has(column) ? i64x2.add(column.get, shifted) : shifted))
      begun.add(column)
      offsets[k] += bitsOf(magic) * BigInt(times)
    }
    const addDouble = (sum: Local, value: Local, times: number): void => {
      if (!begun.has(sum)) f.do(sum.set(times === 2 ? f64x2.add(value.get, value.get) : value.get))
      else if (times === 2) f.do(sum.set(f64x2.multiplyAdd(value.get, this.#double(2), sum.get)))
      else f.do(sum.set(f64x2.add(sum.get, value.get)))
      begun.add(sum)
    }
    if (a === b) {
      for (const i of [0, 1, 2]) f.do(this.#twice[i].set(f64x2.add(a[i].get, a[i].get)))
    }
    const rest = this.#rest
    /** The products of weight 4 have the magic of their lower halves with what is taken away. */
    let tooMuch = 0
    for (let weight = 0; weight < 9; weight++) {
      for (const i of limbs) {
        const j = weight - i
        if (j < 0 || j > 4 || (a === b && i > j)) continue
        // Of a square, what lies off the diagonal counts twice; twice the last limb would be more than may be.
        const isTwice = a === b && i < j
        const x = isTwice && j < 4 ? this.#twice[i].get : a[i].get
        const times = isTwice && j === 4 ? 2 : 1
        const y = b[j].get
        f.do(upper.set(f64x2.multiplyAdd(x, y, this.#double(upperMagic))))
        f.do(rest.set(f64x2.sub(this.#double(weight < 5 ? upperMagic + lowerMagic : upperMagic), upper.get)))
        f.do(lower.set(f64x2.multiplyAdd(x, y, rest.get)))
        if (weight < 5) addInteger(weight, lower, lowerMagic, times)
        else addDouble(this.#high[weight], lower, times)
        // Minus the upper half, times 2^51, is what was taken away.
        if (weight < 4) addInteger(weight + 1, upper, upperMagic, times)
        else addDouble(this.#uppers[weight], rest, times)
        if (weight === 4) tooMuch += times * (lowerMagic / 2 ** 51)
      }
    }
    const perUpper = this.#double(-(2 ** -51))
    for (const k of [5, 6, 7, 8]) {
      f.do(this.#high[k].set(f64x2.multiplyAdd(this.#uppers[k - 1].get, perUpper, this.#high[k].get)))
    }
    f.do(this.#high[9].set(f64x2.mul(this.#uppers[8].get, perUpper)))
    f.do(this.#high[5].set(f64x2.add(this.#high[5].get, this.#double(tooMuch))))
    return offsets
  }

  /** An integer of less than 53 bits, less `minus`, as a double. */
  #toDouble(value: Code, minus: number): Code {
    return f64x2.sub(v128.or(value, this.#bits(bitsOf(intMagic))), this.#double(intMagic + minus))
  }

  /** Twice the low columns and the high ones times 2^32 + 977, all times `scale`, carried. */
  #fold(offsets: readonly bigint[], scale: Scale): Pair {
    const f = this.#f
    const [upper, lower, high] = [this.#upper, this.#lower, this.#high]
    const columns = this.#columns
    // The highest first: what it has above 2^256 goes back to 2^255 and is multiplied with the rest there.
    const magic = this.#double(3 * 2 ** 103)
    f.do(upper.set(f64x2.sub(f64x2.multiplyAdd(high[9].get, this.#double(wrap), magic), magic)))
    f.do(high[5].set(f64x2.multiplyAdd(upper.get, this.#double(2 ** -52), high[5].get)))
    const rest = f64x2.multiplyAdd(high[9].get, this.#double(wrap), f64x2.mul(upper.get, this.#double(-1)))
    f.do(lower.set(f64x2.add(rest, this.#double(lowerMagic))))
    f.do(columns[4].set(i64x2.add(i64x2.shl(columns[4].get, 1), lower.get)))

    const extra = limbs.map(k => {
      const offset = k === 4 ? 2n * offsets[4] + bitsOf(lowerMagic) : 2n * offsets[k]
      f.do(columns[k].set(scaled(columns[k], scale, k === 4 ? 0 : 1)))
      return [-offset * BigInt(scale[0]), -offset * BigInt(scale[1])]
    })
    const add = (k: number, value: Local, tooMuch: bigint): void => {
      f.do(columns[k].set(i64x2.add(columns[k].get, value.get)))
      extra[k] = extra[k].map(lane => lane - tooMuch)
    }
    const factor = this.#double(wrap * scale[0], wrap * scale[1])
    for (const k of [5, 6, 7, 8]) {
      f.do(upper.set(f64x2.multiplyAdd(high[k].get, factor, this.#double(upperMagic))))
      const rest = f64x2.sub(this.#double(upperMagic + lowerMagic), upper.get)
      f.do(lower.set(f64x2.multiplyAdd(high[k].get, factor, rest)))
      add(k - 4, upper, bitsOf(upperMagic))
      add(k - 5, lower, bitsOf(lowerMagic))
    }
    return this.#carryLow(extra)
  }

  #carryLow(extra: readonly (readonly bigint[])[]): Pair {
    const f = this.#f
    const out = this.fresh()
    const carried = Number(bias >> 51n)
    for (const k of [0, 1, 2, 3]) {
      const [column, carry] = [this.#columns[k], this.#carries[k]]
      const [first, second] = extra[k].map(lane => lane + bias + 2n ** 50n)
      f.do(column.set(i64x2.add(column.get, this.#bits(first, second))))
      f.do(carry.set(i64x2.shrUnsigned(column.get, limbBits)))
      const rest = v128.and(column.get, this.#bits(limbMask))
      const sum = k === 0 ? rest : i64x2.add(rest, this.#carries[k - 1].get)
      f.do(out[k].set(this.#toDouble(sum, 2 ** 50 + (k === 0 ? 0 : carried))))
    }
    const top = this.#columns[4]
    const [first, second] = extra[4].map(lane => lane + bias + 2n ** 51n - (bias >> 51n))
    f.do(top.set(i64x2.add(i64x2.add(top.get, this.#bits(first, second)), this.#carries[3].get)))
    f.do(out[4].set(this.#toDouble(v128.and(top.get, this.#bits(2n ** 52n - 1n)), 2 ** 51)))
    const beyond = this.#toDouble(i64x2.shrUnsigned(top.get, 52), Number(bias >> 52n))
    f.do(out[0].set(f64x2.multiplyAdd(beyond, this.#double(wrap), out[0].get)))
    return out
  }

  /** Writes the first of the pair at `pair` as an integer of 32 bytes, the last byte first, from 0 to p - 1. */
  toBytes(address: Code, pair: Code): void {
    const f = this.#f
    const parts: Code[] = []
    let carry: Code = i64.const(0n)
    for (const k of limbs) {
      const limb = i64.fromF64(f64.load(pair, 16 * k))
      const sum = f.keep('i64', i64.add(carry, i64.shl(limb, 1))).get
      parts.push(k === 4 ? sum : i64.and(sum, i64.const(limbMask)))
      carry = i64.shr(sum, limbBits)
    }
    const words = repack(f, parts, limbBits)
    reduce(f, words, fieldPrime)
    storeWords(f, address, words)
  }

  /** The two integers of 32 bytes each, the last byte first, at `address`, as a carried pair. */
  fromBytes(address: Code): Pair {
    const f = this.#f
    const words = [0, 8, 16, 24].map(offset => [0, 32].map(lane => f.keep('i64', i64.load(address, lane + offset))))
    const limb = (k: number, lane: number): Code => {
      const [word, shift] = [Math.floor((k * limbBits) / 64), (k * limbBits) % 64]
      const low = i64.shrUnsigned(words[word][lane].get, shift)
      const next = words[word + 1]
      const whole = shift > 64 - limbBits && next ? i64.or(low, i64.shl(next[lane].get, 64 - shift)) : low
      return k === 4 ? whole : i64.and(whole, i64.const(limbMask))
    }
    const raw = this.#each(k => this.#toDouble(i64x2.pair(limb(k, 0), limb(k, 1)), 0))
    // The last limb may be twice as large as a carried one; that of a quarter is half as large, and makes up for it.
    const quarter = toLimbs((fieldPrime + 1n) / 4n)
    return this.multiply(
      raw,
      quarter.map(value => f.constant('v128', f64x2.const(value))),
    )
  }
}

/** `column × scale × 2^shift`, as shifts, for there is no product of 64-bit integers among the fast instructions. */
function scaled(column: Local, scale: Scale, shift: number): Code {
  const times = (n: number): Code => {
    if (n === 3) return i64x2.add(times(1), times(2))
    const bits = shift + Math.log2(n)
    return bits === 0 ? column.get : i64x2.shl(column.get, bits)
  }
  const [first, second] = scale
  if (first === second) return times(first)
  return i64x2.pick(times(first), 0, times(second), 1)
}

/**
 * Whether multiply-add rounds once on this machine. If it rounds the product too, its end is lost, and nothing here is
 * right. Throws where there are no such instructions.
 */
export function roundsOnce(): boolean {
  const module = new WasmModule()
  const f = module.function('square', 0)
  const x = f64x2.const(1 + 2 ** -30)
  f.do(v128.store(i32.const(0), f64x2.multiplyAdd(x, x, f64x2.const(-1 - 2 ** -29))))
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)))
  ;(exports.square as () => void)()
  return new Float64Array((exports.memory as WebAssembly.Memory).buffer)[0] === 2 ** -60
}

/** The doubles of `value` itself, not of its half. */
export function toLimbs(value: bigint): number[] {
  let rest = value > fieldPrime / 2n ? value - fieldPrime : value
  return limbs.map(k => {
    const limb = k === 4 ? rest : BigInt.asIntN(limbBits, rest)
    rest = (rest - limb) >> BigInt(limbBits)
    return Number(limb)
  })
}

/** The number that is kept as these doubles, from 0 to p - 1. */
export function fromLimbs(values: readonly number[]): bigint {
  let half = 0n
  for (const value of values.toReversed()) half = (half << BigInt(limbBits)) + BigInt(value)
  return (((2n * half) % fieldPrime) + fieldPrime) % fieldPrime
}
