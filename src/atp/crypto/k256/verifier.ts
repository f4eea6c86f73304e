/**
 * Checks signatures on secp256k1, about twice as fast as the C library that is on npm, and wherever WebAssembly has
 * vectors with multiply-add: in a browser too. Only public numbers pass here, so the time may depend on them; private
 * keys are never given to this code.
 *
 * A signature (r, s) over z by the point Q is right when the point (z/s) G + (r/s) Q has r as its x (SEC 1, 4.1.4).
 */
import {fieldPrime, fromLimbs, limbs, toLimbs} from './field.ts'
import {groupOrder, inverseSize} from './inverse.ts'
import {pairSize, pointModule, pointSize, type PointCode} from './point.ts'
import {beta, pieceBits, doubling, splitScalar, Steps, subtracted, withSquare} from './scalar.ts'

/** What the checks of one key need, made once: multiples of its point. 1,280 bytes. */
export interface PreparedKey {
  readonly table: Float64Array
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
/** Pieces of the multiplier of the generator, and of each half of that of a key. */
const generatorPieces = 4
const keyPieces = 2
const generatorCount = 2 ** (generatorWidth - 2)
const keyCount = 2 ** (keyWidth - 2)
const keyTableSize = keyPieces * keyCount * pairSize

/** Where things are in the memory of the module. Nothing is at 0, which as a step is a doubling. */
const at = (() => {
  let next = pairSize
  const take = (size: number): number => {
    const start = next
    next += size
    return start
  }
  return {
    generator: take(generatorPieces * generatorCount * pairSize),
    key: take(keyTableSize),
    /** The same points times λ. */
    keyTurned: take(keyTableSize),
    steps: take(4 * 1024),
    point: take(pointSize),
    bytes: take(64),
    inverseIn: take(64),
    inverseOut: take(64),
    // Scratch, and constants that are used with it.
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
    points: take(generatorPieces * generatorCount * pointSize),
    products: take(generatorPieces * generatorCount * pairSize),
    end: next,
  }
})()

export class K256Verifier {
  readonly #code: PointCode
  readonly #bytes: Uint8Array
  readonly #doubles: Float64Array
  readonly #ints: Int32Array
  readonly #steps = new Steps(generatorPieces + 2 * keyPieces, pairSize)
  readonly #scalar = new BigUint64Array(4)
  readonly #scalarWords = new Uint32Array(this.#scalar.buffer)

  private constructor() {
    const module = new WebAssembly.Module(pointModule(Math.ceil(at.end / 65_536)))
    this.#code = new WebAssembly.Instance(module).exports as unknown as PointCode
    const {buffer} = this.#code.memory
    this.#bytes = new Uint8Array(buffer)
    this.#doubles = new Float64Array(buffer)
    this.#ints = new Int32Array(buffer)
    this.#put(at.beta, beta, 1n)
    this.#put(at.minusSeven, fieldPrime - 7n, fieldPrime - 7n)
    this.#put(at.one, 1n, 1n)
  }

  /** `undefined` where there are no vectors, or multiply-add rounds twice. Takes some 50 ms. */
  static create(): K256Verifier | undefined {
    try {
      const made = new K256Verifier()
      if (!made.#roundsOnce()) return undefined
      made.#put(at.point, generator.x, generator.y)
      made.#writeTables(at.generator, generatorPieces, generatorCount)
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
    if (readInt(publicKey, 1) >= fieldPrime) return undefined
    const code = this.#code
    // y² = x³ + 7
    this.#read(at.a, publicKey, 1)
    code.square(at.b, at.a, 1)
    code.multiply(at.b, at.b, at.a)
    code.subtract(at.b, at.b, at.minusSeven)
    this.#power(at.c, at.b, 'root')
    code.square(at.point, at.c, 1)
    code.subtract(at.b, at.b, at.point)
    if (!this.#isZero(at.b)) return undefined
    const y = fromLimbs(limbs.map(k => this.#doubles[at.c / 8 + 2 * k]))
    const sign = (y & 1n) === BigInt(publicKey[0] & 1) ? 1 : -1
    for (const k of limbs) {
      this.#doubles[at.point / 8 + 2 * k] = this.#doubles[at.a / 8 + 2 * k]
      this.#doubles[at.point / 8 + 2 * k + 1] = sign * this.#doubles[at.c / 8 + 2 * k]
    }
    this.#writeTables(at.key, keyPieces, keyCount)
    return {table: this.#doubles.slice(at.key / 8, (at.key + keyTableSize) / 8)}
  }

  /** Whether the 64 bytes are a signature over the 32 bytes of `digest`. Takes high-S only if `highS` is set. */
  verify({table}: PreparedKey, digest: Uint8Array, signature: Uint8Array, highS: boolean): Verdict {
    const r = readInt(signature, 0)
    const s = readInt(signature, 32)
    if (r === 0n || s === 0n || r >= groupOrder || s >= groupOrder) return 'wrong'
    if (!highS && s > groupOrder / 2n) return 'wrong'
    // Then r + n may be the x of a point as well, which chance does not bring about.
    if (r < fieldPrime - groupOrder) return 'unsure'
    const inverse = this.#invert(s)
    this.#doubles.set(table, at.key / 8)
    this.#code.turn(at.keyTurned, at.key, keyPieces * keyCount, at.beta)
    const steps = this.#steps
    steps.clear()
    this.#setGenerator((readInt(digest, 0) * inverse) % groupOrder)
    splitScalar((r * inverse) % groupOrder).forEach((half, i) => this.#setHalf(half, i))
    const count = steps.write(this.#ints.subarray(at.steps / 4))
    this.#begin(this.#ints[at.steps / 4])
    this.#run(at.point, count, 1)
    return this.#hasX(signature)
  }

  #setGenerator(scalar: bigint): void {
    this.#load(scalar)
    for (let piece = 0; piece < generatorPieces; piece++) {
      const table = at.generator + piece * generatorCount * pairSize
      const words = this.#scalarWords
      this.#steps.add(words[2 * piece], words[2 * piece + 1], false, generatorWidth, table)
    }
  }

  #setHalf(half: bigint, i: number): void {
    const negative = half < 0n
    this.#load(negative ? -half : half)
    const words = this.#scalarWords
    for (let piece = 0; piece < keyPieces; piece++) {
      const table = (i === 0 ? at.key : at.keyTurned) + piece * keyCount * pairSize
      this.#steps.add(words[2 * piece], words[2 * piece + 1], negative, keyWidth, table)
    }
  }

  #load(scalar: bigint): void {
    for (let i = 0; i < 4; i++) this.#scalar[i] = scalar >> BigInt(64 * i)
  }

  /** Takes the point of the first step as it stands, for the formulas cannot add to nothing. */
  #begin(step: number): void {
    const from = (step & ~(subtracted | withSquare)) / 8
    const to = at.point / 8
    this.#doubles.copyWithin(to, from, from + pairSize / 8)
    if (step & subtracted) {
      for (const k of limbs) this.#doubles[to + 2 * k + 1] *= -1
    }
    this.#doubles.copyWithin((at.point + pairSize) / 8, at.one / 8, (at.one + pairSize) / 8)
  }

  /** Whether the x of the point is the r of the signature. */
  #hasX(signature: Uint8Array): Verdict {
    if (this.#isZero(at.point + pairSize)) return 'unsure'
    this.#read(at.a, signature, 0)
    this.#code.differenceOfX(at.a, at.point, at.a)
    return this.#isZero(at.a) ? 'right' : 'wrong'
  }

  /** Reads 32 bytes, the first byte first, into both of a pair. */
  #read(to: number, bytes: Uint8Array, offset: number): void {
    for (let i = 0; i < 32; i++) this.#bytes[at.bytes + i] = bytes[offset + 31 - i]
    this.#bytes.copyWithin(at.bytes + 32, at.bytes, at.bytes + 32)
    this.#code.fromBytes(to, at.bytes)
  }

  /**
   * Whether the first of a pair is zero. Of a carried number each double is then zero: none but the last reaches a
   * multiple of 2^51, and the whole stays below p.
   */
  #isZero(pair: number): boolean {
    return limbs.every(k => this.#doubles[pair / 8 + 2 * k] === 0)
  }

  /** Carries out the steps that stand at `at.steps`, from the one of this place on. */
  #run(point: number, count: number, from = 0): void {
    if (count > from) this.#code.run(point, at.steps + 4 * from, at.steps + 4 * count)
  }

  /** 1/s modulo the order. */
  #invert(s: bigint): bigint {
    this.#load(s)
    const words = this.#scalarWords
    const out = at.inverseIn / 4
    for (let k = 0; k < 9; k++) {
      const bit = 30 * k
      const [word, shift] = [bit >> 5, bit & 31]
      const next = word < 7 && shift > 2 ? words[word + 1] << (32 - shift) : 0
      this.#ints[out + k] = ((words[word] >>> shift) | next) & (2 ** 30 - 1)
    }
    this.#code.inverse(at.inverseOut, at.inverseIn)
    let value = 0n
    for (let k = 8; k >= 0; k--) value = (value << 30n) + BigInt(this.#ints[at.inverseOut / 4 + k])
    value = (value * BigInt(this.#ints[(at.inverseOut + inverseSize) / 4])) % groupOrder
    return value < 0n ? value + groupOrder : value
  }

  /**
   * Writes the odd multiples of the point [x, y] at `at.point`, `count` of them, then those of 2^64 times the point,
   * and so on for each of the pieces, all with Z = 1.
   */
  #writeTables(to: number, pieces: number, count: number): void {
    const code = this.#code
    /** The Z of the point whose multiples are made. */
    this.#copy(at.unit, at.one)
    this.#copy(at.point + pairSize, at.one)
    let point = at.points
    for (let piece = 0; piece < pieces; piece++) {
      // In units of the Z of its double, the point is [x, y] of its own, and so is what is added for the next ones.
      this.#copy(at.double, at.point)
      this.#copy(at.double + pairSize, at.one)
      this.#ints.fill(doubling, at.steps / 4, at.steps / 4 + pieceBits)
      this.#run(at.double, 1)
      code.rescale(point, at.point, at.double + pairSize)
      this.#copy(point + pairSize, at.one)
      if (piece < pieces - 1) this.#run(at.point, pieceBits)
      this.#ints[at.steps / 4] = at.double + withSquare
      for (let i = 1; i < count; i++) {
        this.#doubles.copyWithin(
          (point + i * pointSize) / 8,
          (point + (i - 1) * pointSize) / 8,
          (point + i * pointSize) / 8,
        )
        this.#run(point + i * pointSize, 1)
      }
      code.multiply(at.a, at.double + pairSize, at.unit)
      for (let i = 0; i < count; i++, point += pointSize) code.multiply(point + pairSize, point + pairSize, at.a)
      this.#copy(at.unit, at.point + pairSize)
    }
    this.#normalize(to, pieces * count)
  }

  /** Brings the points at `at.points` to Z = 1. One inverse does for all: that of the product of their Z. */
  #normalize(to: number, count: number): void {
    const code = this.#code
    const z = (i: number): number => at.points + i * pointSize + pairSize
    const product = (i: number): number => at.products + i * pairSize
    this.#copy(product(0), z(0))
    for (let i = 1; i < count; i++) code.multiply(product(i), product(i - 1), z(i))
    const inverse = at.b
    this.#power(inverse, product(count - 1), 'inverse')
    for (let i = count - 1; i >= 0; i--) {
      if (i > 0) code.multiply(at.a, inverse, product(i - 1))
      else this.#copy(at.a, inverse)
      code.rescale(to + i * pairSize, at.points + i * pointSize, at.a)
      code.multiply(inverse, inverse, z(i))
    }
  }

  /** `a` to the power of (p + 1) / 4, its root if there is one, or of p - 2. Both begin with 223 bits that are one. */
  #power(to: number, a: number, what: 'root' | 'inverse'): void {
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
    if (what === 'root') {
      append(t, t, 6, ones2)
      code.square(to, t, 2)
    } else {
      append(t, t, 5, a)
      append(t, t, 3, ones2)
      append(to, t, 2, a)
    }
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

  /** Whether multiply-add is one operation here. With two roundings a product of 51-bit numbers would lose its end. */
  #roundsOnce(): boolean {
    const [a, b] = [fieldPrime / 3n, fieldPrime / 7n]
    this.#put(at.a, a, b)
    this.#code.square(at.b, at.a, 1)
    this.#put(at.a, (a * a) % fieldPrime, (b * b) % fieldPrime)
    this.#code.subtract(at.a, at.a, at.b)
    return this.#isZero(at.a)
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ReferenceError || error instanceof EvalError || error instanceof WebAssembly.CompileError

const words = new BigUint64Array(4)
const wordBytes = new Uint8Array(words.buffer)

/** 32 bytes, the first byte first. */
function readInt(bytes: Uint8Array, offset: number): bigint {
  for (let i = 0; i < 32; i++) wordBytes[i] = bytes[offset + 31 - i]
  return (((((words[3] << 64n) | words[2]) << 64n) | words[1]) << 64n) | words[0]
}
