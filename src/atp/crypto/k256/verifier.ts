/**
 * Checks signatures on secp256k1, about twice as fast as the C library that is on npm, and wherever WebAssembly has
 * vectors with multiply-add: in a browser too. Only public numbers pass here, so the time may depend on them; private
 * keys are never given to this code.
 *
 * A signature (r, s) over z by the point Q is right when the point (z/s) G + (r/s) Q has r as its x (SEC 1, 4.1.4).
 */
import {assert} from '#std/assert.ts'
import {compareBytes, fromHex} from '#std/bytes.ts'
import {fieldPrime, limbs, roundsOnce, toLimbs} from './field.ts'
import {pairSize, pointModule, pointSize, type PointCode} from './point.ts'
import {beta, groupOrder} from './scalar.ts'
import {levelsSize, pointsPerBitMax, Steps, subtracted} from './steps.ts'

/**
 * What the checks of one key need: odd multiples of its point. From the second check on also those of 2^64 times the
 * point, which take as long to make as they save in two checks. 640 bytes, or twice as many.
 */
export interface PreparedKey {
  table: Float64Array
  wasUsed: boolean
}

/** `unsure` in the rare cases that the formulas leave out, which somebody else has to decide. */
export type Verdict = 'right' | 'wrong' | 'unsure'

const generator = {
  x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
}
/** Of the digits for the generator and for a key: how many bits one spans. */
const generatorWidth = 10
const keyWidth = 5
/** Tables of the generator, of a key, and of each half of a multiplier: a table is good for 64 bits. */
const generatorTables = 4
const keyTables = 2
const generatorCount = 2 ** (generatorWidth - 2)
const keyCount = 2 ** (keyWidth - 2)
const generatorTableSize = generatorCount * pairSize
const keyTableSize = keyCount * pairSize
const tableBits = 64

assert(generatorTables + 2 * keyTables <= pointsPerBitMax, 'a bit has room for a digit of each table')

/** Where things are in the memory of the module. */
const at = (() => {
  let next = 0
  const take = (size: number): number => {
    const start = next
    next += size
    return start
  }
  return {
    generator: take(generatorTables * generatorTableSize),
    key: take(keyTables * keyTableSize),
    /** The same points times λ. */
    keyTurned: take(keyTables * keyTableSize),
    point: take(pointSize),
    // Integers of 32 bytes.
    r: take(32),
    s: take(32),
    z: take(32),
    both: take(64),
    halves: take(48),
    steps: take(Math.ceil(levelsSize / 16) * 16),
    // Pairs.
    a: take(pairSize),
    b: take(pairSize),
    c: take(pairSize),
    beta: take(pairSize),
    minusSeven: take(pairSize),
    one: take(pairSize),
    powers: take(6 * pairSize),
    double: take(pointSize),
    unit: take(pairSize),
    /** While tables are made: the points, and the products of their Z. */
    points: take(generatorTables * generatorCount * pointSize),
    products: take(generatorTables * generatorCount * pairSize),
    end: next,
  }
})()

export class K256Verifier {
  readonly #code: PointCode
  readonly #bytes: Uint8Array
  readonly #doubles: Float64Array
  readonly #ints: Int32Array
  readonly #steps: Steps

  private constructor() {
    const module = new WebAssembly.Module(pointModule(Math.ceil(at.end / 65_536)))
    this.#code = new WebAssembly.Instance(module).exports as unknown as PointCode
    const {buffer} = this.#code.memory
    this.#bytes = new Uint8Array(buffer)
    this.#doubles = new Float64Array(buffer)
    this.#ints = new Int32Array(buffer)
    this.#steps = new Steps(this.#ints, at.steps, pairSize)
    this.#put(at.beta, beta, 1n)
    this.#put(at.minusSeven, fieldPrime - 7n, fieldPrime - 7n)
    this.#put(at.one, 1n, 1n)
  }

  /** `undefined` where there are no vectors, or multiply-add rounds twice. Takes 60 to 90 ms. */
  static create(): K256Verifier | undefined {
    try {
      if (!roundsOnce()) return undefined
      const made = new K256Verifier()
      made.#put(at.point, generator.x, generator.y)
      made.#copy(at.point + pairSize, at.one)
      made.#writeTables(at.generator, generatorTables, generatorCount)
      return made
    } catch (error) {
      // No vectors, no WebAssembly at all, or a page whose policy (CSP) forbids it: browsers differ in what they throw.
      if (isRefusal(error)) return undefined
      throw error
    }
  }

  /** `undefined` when the 33 bytes are no point. */
  prepare(publicKey: Uint8Array): PreparedKey | undefined {
    if (publicKey.length !== 33 || publicKey[0] >> 1 !== 1) return undefined
    const x = publicKey.subarray(1)
    if (compareBytes(x, fieldPrimeBytes) >= 0) return undefined
    const code = this.#code
    // y² = x³ + 7
    this.#read(at.both, x)
    this.#fromBoth(at.a)
    code.square(at.b, at.a, 1)
    code.multiply(at.b, at.b, at.a)
    code.subtract(at.b, at.b, at.minusSeven)
    this.#root(at.c, at.b)
    code.square(at.point, at.c, 1)
    code.subtract(at.b, at.b, at.point)
    if (!this.#isZero(at.b)) return undefined
    code.toBytes(at.both, at.c)
    const sign = (this.#bytes[at.both] & 1) === (publicKey[0] & 1) ? 1 : -1
    for (const k of limbs) {
      this.#doubles[at.point / 8 + 2 * k] = this.#doubles[at.a / 8 + 2 * k]
      this.#doubles[at.point / 8 + 2 * k + 1] = sign * this.#doubles[at.c / 8 + 2 * k]
    }
    this.#copy(at.point + pairSize, at.one)
    this.#writeTables(at.key, 1, keyCount)
    return {table: this.#doubles.slice(at.key / 8, (at.key + keyTableSize) / 8), wasUsed: false}
  }

  /** Adds the table of 2^64 times the point, to the key and beside its own at `at.key`. */
  #extend(key: PreparedKey): void {
    this.#copy(at.point, at.key)
    this.#copy(at.point + pairSize, at.one)
    this.#double(at.point, tableBits)
    this.#writeTables(at.key + keyTableSize, 1, keyCount)
    key.table = this.#doubles.slice(at.key / 8, (at.key + 2 * keyTableSize) / 8)
  }

  /** Whether the 64 bytes are a signature over the 32 bytes of `digest`. Takes high-S only if `highS` is set. */
  verify(key: PreparedKey, digest: Uint8Array, signature: Uint8Array, highS: boolean): Verdict {
    const r = signature.subarray(0, 32)
    const s = signature.subarray(32)
    if (compareBytes(r, zeroBytes) === 0 || compareBytes(r, orderBytes) >= 0) return 'wrong'
    if (compareBytes(s, zeroBytes) === 0 || compareBytes(s, highS ? orderBytes : halfOrderBytes) >= 0) return 'wrong'
    // Then r + n may be the x of a point as well, which chance does not bring about.
    if (compareBytes(r, gapBytes) < 0) return 'unsure'
    this.#doubles.set(key.table, at.key / 8)
    if (key.wasUsed && tablesOf(key) < keyTables) this.#extend(key)
    key.wasUsed = true
    const tableCount = tablesOf(key)
    this.#read(at.r, r)
    this.#read(at.s, s)
    this.#read(at.z, digest)
    const code = this.#code
    code.scalarInverse(at.s, at.s)
    code.scalarProduct(at.z, at.z, at.s)
    code.scalarProduct(at.s, at.r, at.s)
    code.split(at.halves, at.s)
    code.turn(at.keyTurned, at.key, tableCount * keyCount, at.beta)
    this.#writeSteps(tableCount)
    this.#begin(this.#steps.takeFirst())
    code.run(at.point, this.#steps.top, this.#steps.level(0))
    return this.#hasX()
  }

  /** For the multipliers at `at.z`, of the generator, and at `at.halves`, of the key and the turned key. */
  #writeSteps(keyTableCount: number): void {
    const steps = this.#steps
    const ints = this.#ints
    steps.clear()
    for (let i = 0; i < generatorTables; i++) {
      const from = at.z / 4 + 2 * i
      steps.add(ints[from], ints[from + 1], 0, false, generatorWidth, at.generator + i * generatorTableSize)
    }
    for (let half = 0; half < 2; half++) {
      const negative = ints[at.halves / 4 + 8 + half] === 1
      const table = half === 0 ? at.key : at.keyTurned
      for (let i = 0; i < 2; i++) {
        const from = at.halves / 4 + 4 * half + 2 * i
        const [start, offset] = keyTableCount === 1 ? [i * tableBits, 0] : [0, i * keyTableSize]
        steps.add(ints[from], ints[from + 1], start, negative, keyWidth, table + offset)
      }
    }
  }

  /** Takes a first point as it stands, for the formulas cannot add to nothing. */
  #begin(step: number): void {
    const from = (step & ~subtracted) / 8
    const to = at.point / 8
    this.#doubles.copyWithin(to, from, from + pairSize / 8)
    if (step & subtracted) {
      for (const k of limbs) this.#doubles[to + 2 * k + 1] *= -1
    }
    this.#doubles.copyWithin((at.point + pairSize) / 8, at.one / 8, (at.one + pairSize) / 8)
  }

  /** Whether the x of the point is the r of the signature. */
  #hasX(): Verdict {
    if (this.#isZero(at.point + pairSize)) return 'unsure'
    this.#bytes.copyWithin(at.both, at.r, at.r + 32)
    this.#fromBoth(at.a)
    this.#code.differenceOfX(at.a, at.point, at.a)
    return this.#isZero(at.a) ? 'right' : 'wrong'
  }

  /** Reads 32 bytes, the first byte first, to 32 bytes of the memory, the last byte first. */
  #read(to: number, bytes: Uint8Array): void {
    for (let i = 0; i < 32; i++) this.#bytes[to + i] = bytes[31 - i]
  }

  /** The integer at `at.both` as both of a pair. */
  #fromBoth(to: number): void {
    this.#bytes.copyWithin(at.both + 32, at.both, at.both + 32)
    this.#code.fromBytes(to, at.both)
  }

  /**
   * Whether the first of a pair is zero. Of a carried number each double is then zero: none but the last reaches a
   * multiple of 2^51, and the whole stays below p.
   */
  #isZero(pair: number): boolean {
    for (let k = 0; k < 5; k++) if (this.#doubles[pair / 8 + 2 * k] !== 0) return false
    return true
  }

  #double(point: number, times: number): void {
    this.#steps.clear()
    this.#code.run(point, this.#steps.level(times), this.#steps.level(0))
  }

  /**
   * Writes the odd multiples of the point at `at.point`, `count` of them, then those of 2^64 times the point, and so on
   * for each of the tables, all with Z = 1.
   */
  #writeTables(to: number, tables: number, count: number): void {
    const code = this.#code
    let point = at.points
    for (let table = 0; table < tables; table++) {
      // In units of the Z of its double, the point is [x, y] of its own, and so is what is added for the next ones.
      this.#copy(at.double, at.point)
      this.#copy(at.double + pairSize, at.one)
      this.#double(at.double, 1)
      code.rescale(point, at.point, at.double + pairSize)
      this.#copy(point + pairSize, at.one)
      code.multiply(at.unit, at.double + pairSize, at.point + pairSize)
      if (table < tables - 1) this.#double(at.point, tableBits)
      this.#steps.clear()
      this.#steps.add(1, 0, 0, false, keyWidth, at.double)
      for (let i = 1; i < count; i++) {
        const next = point + i * pointSize
        this.#doubles.copyWithin(next / 8, (next - pointSize) / 8, next / 8)
        code.run(next, this.#steps.top, this.#steps.top)
      }
      for (let i = 0; i < count; i++, point += pointSize) {
        code.multiply(point + pairSize, point + pairSize, at.unit)
      }
    }
    this.#normalize(to, tables * count)
  }

  /** Brings the points at `at.points` to Z = 1. One inverse does for all: that of the product of their Z. */
  #normalize(to: number, count: number): void {
    const code = this.#code
    const z = (i: number): number => at.points + i * pointSize + pairSize
    const product = (i: number): number => at.products + i * pairSize
    this.#copy(product(0), z(0))
    for (let i = 1; i < count; i++) code.multiply(product(i), product(i - 1), z(i))
    const inverse = at.b
    code.toBytes(at.both, product(count - 1))
    code.inverse(at.both, at.both)
    this.#fromBoth(inverse)
    for (let i = count - 1; i >= 0; i--) {
      if (i > 0) code.multiply(at.a, inverse, product(i - 1))
      else this.#copy(at.a, inverse)
      code.rescale(to + i * pairSize, at.points + i * pointSize, at.a)
      code.multiply(inverse, inverse, z(i))
    }
  }

  /** `a` to the power of (p + 1) / 4, its root if there is one: in bits 223 ones, 0, 22 ones, 4 zeros, 11 and 00. */
  #root(to: number, a: number): void {
    const code = this.#code
    const [ones2, ones3, ones22, ones44, t] = [0, 1, 2, 3, 4].map(i => at.powers + i * pairSize)
    /** Appends `bits` zeros to the exponent, and then adds that of `factor`. */
    const append = (out: number, x: number, bits: number, factor: number): void => {
      code.square(at.powers + 5 * pairSize, x, bits)
      code.multiply(out, at.powers + 5 * pairSize, factor)
    }
    append(ones2, a, 1, a)
    append(ones3, ones2, 1, a)
    append(t, ones3, 3, ones3) // 6
    append(t, t, 3, ones3) // 9
    append(t, t, 2, ones2) // 11
    append(ones22, t, 11, t)
    append(ones44, ones22, 22, ones22)
    append(t, ones44, 44, ones44) // 88
    append(t, t, 88, t) // 176
    append(t, t, 44, ones44) // 220
    append(t, t, 3, ones3) // 223
    append(t, t, 23, ones22)
    append(t, t, 6, ones2)
    code.square(to, t, 2)
  }

  #copy(to: number, from: number): void {
    this.#doubles.copyWithin(to / 8, from / 8, (from + pairSize) / 8)
  }

  #put(to: number, first: bigint, second: bigint): void {
    for (const [lane, value] of [first, second].entries()) {
      const half = value & 1n ? (value + fieldPrime) / 2n : value / 2n
      const doubles = toLimbs(half)
      for (const k of limbs) this.#doubles[to / 8 + 2 * k + lane] = doubles[k]
    }
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ReferenceError || error instanceof EvalError || error instanceof WebAssembly.CompileError

const tablesOf = (key: PreparedKey): number => key.table.length / (keyTableSize / 8)

const toBytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))!
const zeroBytes = toBytes(0n)
const fieldPrimeBytes = toBytes(fieldPrime)
const orderBytes = toBytes(groupOrder)
/** Above the last low S. */
const halfOrderBytes = toBytes(groupOrder / 2n + 1n)
const gapBytes = toBytes(fieldPrime - groupOrder)
