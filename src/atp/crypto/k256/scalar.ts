/**
 * Multipliers of points, as WebAssembly code: products modulo the order of secp256k1, and the two halves of a multiplier.
 * A multiplier k of any point is k₁ + k₂λ with halves of 128 bits, and λ times a point is another x and the same y
 * (R. Gallant, R. Lambert, S. Vanstone, "Faster point multiplication on elliptic curves with efficient endomorphisms").
 */
import {i32, i64, type Code, type Local, type WasmFunction} from '../wasm.ts'
import {inverseOfLowest} from './inverse.ts'
import {addUp, loadWords, reduce, storeWords, wordBits, wordMask, wordsOf, type Words} from './words.ts'

export const groupOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** λ times (x, y) is (βx, y). */
export const beta = 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een

const mask = i64.const(BigInt(wordMask))
const constants = (value: bigint, count?: number): Code[] => wordsOf(value, count).map(i64.const)
const values = (words: Words): Code[] => words.map(word => word.get)

/** Writes the body of a function of three addresses: the product of two numbers below the order. */
export function writeScalarProduct(f: WasmFunction): void {
  const [to, first, second] = f.params
  // Each reduction divides by 2^270, so the factor 2^540 makes up for both.
  const lifted = montgomery(f, values(loadWords(f, first.get)), constants(2n ** 540n % groupOrder))
  const product = montgomery(f, values(lifted), values(loadWords(f, second.get)))
  reduce(f, product, groupOrder)
  storeWords(f, to.get, product)
}

/** `a × b / 2^270` modulo the order, below twice the order (P. Montgomery, 1985). */
function montgomery(f: WasmFunction, a: readonly Code[], b: readonly Code[]): Words {
  const order = constants(groupOrder)
  const inverse = i64.const(BigInt.asUintN(wordBits, -inverseOfLowest(groupOrder)))
  const sum = Array.from({length: 9}, () => f.keep('i64', i64.const(0n)))
  const [times, carry] = [f.local('i64'), f.local('i64')]
  for (const word of a) {
    // So much of the order is added that the lowest word becomes zero, and then dropped.
    const lowest = i64.add(sum[0].get, i64.mul(word, b[0]))
    f.do(times.set(i64.and(i64.mul(lowest, inverse), mask)))
    for (let k = 0; k < 9; k++) {
      const products = i64.add(i64.mul(word, b[k]), i64.mul(times.get, order[k]))
      const whole = i64.add(sum[k].get, products)
      f.do(carry.set(k === 0 ? whole : i64.add(i64.shrUnsigned(carry.get, wordBits), whole)))
      if (k > 0) f.do(sum[k - 1].set(i64.and(carry.get, mask)))
    }
    f.do(sum[8].set(i64.shrUnsigned(carry.get, wordBits)))
  }
  return sum
}

/** Two short vectors (a, b) with a + bλ = 0 modulo the order; b of the second is a of the first. */
const a1 = 0x3086d221a7d46bcde86c90e49284eb15n
const minusB1 = 0xe4437ed6010e88286f547fa90abfe4c3n
const a2 = 0x114ca50f7a8e2f3f657c1108d9d44cfd8n
/** A quotient by the order is a product, and then a shift by this many bits. */
const quotientShift = 384
const reciprocal = (numerator: bigint): bigint => ((numerator << BigInt(quotientShift)) + groupOrder / 2n) / groupOrder
/** Words of the halves, with a bit to spare for the sign. */
const halfWords = 5

/**
 * Writes the body of a function of two addresses, which takes a number below the order apart: the sizes of its halves,
 * 16 bytes each, and then for each half an i32 that is 1 if it is negative.
 */
export function writeSplit(f: WasmFunction): void {
  const [to, from] = f.params
  const k = loadWords(f, from.get)
  const c1 = values(quotient(f, k, reciprocal(a1)))
  const c2 = values(quotient(f, k, reciprocal(minusB1)))
  // All modulo 2^150, where the halves are short enough to be what they are.
  const first = k.slice(0, halfWords).map(word => f.keep('i64', word.get))
  const second = first.map(() => f.keep('i64', i64.const(0n)))
  addProduct(f, first, c1, -a1)
  addProduct(f, first, c2, -a2)
  addProduct(f, second, c1, minusB1)
  addProduct(f, second, c2, -a1)
  for (const [i, half] of [first, second].entries()) {
    const last = half[halfWords - 1]
    // The sign in all bits, and then the size: each word, or what it lacks to zero.
    const sign = f.keep('i64', i64.shr(i64.shl(last.get, 64 - wordBits), 63))
    addUp(f, half, j => i64.sub(i64.xor(half[j].get, sign.get), sign.get))
    f.do(last.set(i64.and(last.get, mask)))
    storeWords(f, i32.add(to.get, i32.const(16 * i)), half, 16)
    f.do(i32.store(to.get, i32.and(i64.toI32(sign.get), i32.const(1)), 32 + 4 * i))
  }
}

/** `k × factor / 2^384`, rounded to the nearest. */
function quotient(f: WasmFunction, k: Words, factor: bigint): Words {
  const factorWords = constants(factor)
  const product = Array.from({length: 18}, () => f.keep('i64', i64.const(0n)))
  const half = quotientShift - 1
  f.do(product[Math.floor(half / wordBits)].set(i64.const(2n ** BigInt(half % wordBits))))
  const carry = f.local('i64')
  for (const [i, word] of k.entries()) {
    f.do(carry.set(i64.const(0n)))
    for (const [j, other] of factorWords.entries()) {
      const sum = i64.add(i64.mul(word.get, other), product[i + j].get)
      f.do(carry.set(i64.add(i64.shrUnsigned(carry.get, wordBits), sum)))
      f.do(product[i + j].set(i64.and(carry.get, mask)))
    }
    f.do(product[i + 9].set(i64.add(product[i + 9].get, i64.shrUnsigned(carry.get, wordBits))))
  }
  const [skipped, shift] = [Math.floor(quotientShift / wordBits), quotientShift % wordBits]
  return Array.from({length: halfWords}, (_, i) => {
    const [low, high] = [product[skipped + i], product[skipped + i + 1]]
    return f.keep('i64', i64.and(i64.or(i64.shrUnsigned(low.get, shift), i64.shl(high.get, wordBits - shift)), mask))
  })
}

/** Adds `c × factor` to as many words as there are, dropping what lies above. */
function addProduct(f: WasmFunction, to: readonly Local[], c: readonly Code[], factor: bigint): void {
  const sign = factor < 0n ? -1n : 1n
  const factorWords = wordsOf(factor * sign, to.length).map(word => i64.const(word * sign))
  const column = (k: number): Code =>
    Array.from({length: k + 1}, (_, i) => i64.mul(c[i], factorWords[k - i])).reduce(i64.add)
  addUp(f, to, k => i64.add(to[k].get, column(k)))
  const last = to[to.length - 1]
  f.do(last.set(i64.and(last.get, mask)))
}
