/**
 * The inverse modulo a prime, as WebAssembly code: division steps after D. J. Bernstein and B.-Y. Yang, "Fast
 * constant-time gcd computation and modular inversion" (2019), in the variable time that public numbers allow. Thirty
 * steps at a time are done on the lowest bits alone and then, as one matrix, on the whole numbers.
 */
import {choose, i32, i64, ifElse, loopWhile, type Code, type Local, type WasmFunction} from '../wasm.ts'
import {
  addUp,
  loadWords,
  narrow,
  negative,
  reduce,
  storeWords,
  wide,
  wordBits,
  wordIndexes,
  wordMask,
  wordsOf,
} from './words.ts'

/** Words as i32, of which a matrix makes new ones by products in i64. */
interface Numbers {
  f: Local[]
  g: Local[]
  d: Local[]
  e: Local[]
}
/** Of thirty steps: `f, g = (uf + vg, qf + rg) / 2^30`. */
interface Matrix {
  u: Local
  v: Local
  q: Local
  r: Local
}

/** Writes the body of a function of two addresses: 32 bytes of the inverse, from 32 bytes below the modulus. */
export function writeInverse(f: WasmFunction, modulus: bigint): void {
  const [to, from] = f.params
  const several = (value: (k: number) => Code): Local[] => wordIndexes.map(k => f.keep('i32', value(k)))
  const modulusWords = wordsOf(modulus).map(Number)
  const numbers: Numbers = {
    f: several(k => i32.const(modulusWords[k])),
    g: loadWords(f, from.get).map(word => narrow(f, word)),
    d: several(() => i32.const(0)),
    e: several(k => i32.const(k === 0 ? 1 : 0)),
  }
  const eta = f.keep('i32', i32.const(-1))
  const rest = f.local('i32')
  const body = f.block(() => {
    const matrix = writeSteps(f, numbers.f[0], numbers.g[0], eta)
    applyToCofactors(f, numbers, matrix, modulus)
    applyToNumbers(f, numbers, matrix)
    f.do(rest.set(numbers.g.map(word => word.get).reduce(i32.or)))
  })
  f.do(loopWhile(body, rest.get))
  // f has become 1 or -1, and d the inverse or its negative; the sign is in the last word.
  const sign = f.keep('i64', choose(i64.const(-1n), i64.const(1n), i32.less(numbers.f[8].get, i32.const(0))))
  const inverse = wordIndexes.map(() => f.local('i64'))
  addUp(f, inverse, k => i64.mul(wide(numbers.d[k]), sign.get))
  reduce(f, inverse, modulus)
  storeWords(f, to.get, inverse)
}

/** Thirty division steps on the lowest words. */
function writeSteps(f: WasmFunction, f0: Local, g0: Local, eta: Local): Matrix {
  const one = (value: number): Local => f.keep('i32', i32.const(value))
  const matrix: Matrix = {u: one(1), v: one(0), q: one(0), r: one(1)}
  const {u, v, q, r} = matrix
  const [x, y] = [f.keep('i32', f0.get), f.keep('i32', g0.get)]
  const left = one(wordBits)
  const [zeros, swap, factor, limit] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  const exchange = (a: Local, b: Local): Code => [...swap.set(a.get), ...a.set(b.get), ...b.set(negative(swap.get))]
  const body = f.block(() => {
    // While y is even it is halved; the bits above those that are left stop it in time.
    f.do(zeros.set(i32.trailingZeros(i32.or(y.get, i32.shl(i32.const(-1), left.get)))))
    f.do(y.set(i32.shrUnsigned(y.get, zeros.get)))
    f.do(u.set(i32.shl(u.get, zeros.get)))
    f.do(v.set(i32.shl(v.get, zeros.get)))
    f.do(eta.set(i32.sub(eta.get, zeros.get)))
    f.do(left.set(i32.sub(left.get, zeros.get)))
    const odd = f.block(() => {
      const turn = [...eta.set(negative(eta.get)), ...exchange(x, y), ...exchange(u, q), ...exchange(v, r)]
      f.do(ifElse(i32.less(eta.get, i32.const(0)), turn))
      // As many steps at once as come before the next exchange, six at most: y + factor × x has as many zeros.
      f.do(limit.set(i32.add(eta.get, i32.const(1))))
      f.do(limit.set(choose(limit.get, left.get, i32.less(limit.get, left.get))))
      f.do(limit.set(choose(limit.get, i32.const(6), i32.less(limit.get, i32.const(6)))))
      // x (2 - x²) is 1/x mod 64.
      const quotient = i32.mul(i32.mul(x.get, y.get), i32.sub(i32.mul(x.get, x.get), i32.const(2)))
      f.do(factor.set(i32.and(quotient, i32.sub(i32.shl(i32.const(1), limit.get), i32.const(1)))))
      f.do(y.set(i32.add(y.get, i32.mul(x.get, factor.get))))
      f.do(q.set(i32.add(q.get, i32.mul(u.get, factor.get))))
      f.do(r.set(i32.add(r.get, i32.mul(v.get, factor.get))))
    })
    f.do(ifElse(left.get, odd))
  })
  f.do(loopWhile(body, left.get))
  return matrix
}

/** `a × x + b × y` */
const combined = (a: Code, x: Code, b: Code, y: Code): Code => i64.add(i64.mul(a, x), i64.mul(b, y))

/** A sum less its lowest word, which is zero. */
function writeShifted(f: WasmFunction, to: readonly Local[], sum: Local, term: (k: number) => Code): void {
  for (const k of wordIndexes) {
    f.do(sum.set(k === 0 ? term(k) : i64.add(i64.shr(sum.get, wordBits), term(k))))
    if (k > 0) f.do(to[k - 1].set(i32.and(i64.toI32(sum.get), i32.const(wordMask))))
  }
  f.do(to[8].set(i64.toI32(i64.shr(sum.get, wordBits))))
}

/** Copies, since both results are made of both numbers. */
const copies = (f: WasmFunction, of: readonly Local[]): Code[] => of.map(word => f.keep('i64', wide(word)).get)

function applyToNumbers(f: WasmFunction, {f: a, g: b}: Numbers, {u, v, q, r}: Matrix): void {
  const [x, y] = [copies(f, a), copies(f, b)]
  const sum = f.local('i64')
  writeShifted(f, a, sum, k => combined(wide(u), x[k], wide(v), y[k]))
  writeShifted(f, b, sum, k => combined(wide(q), x[k], wide(r), y[k]))
}

/** The same to d and e, to which so much of the modulus is added as makes the lowest 30 bits zero. */
function applyToCofactors(f: WasmFunction, {d, e}: Numbers, {u, v, q, r}: Matrix, modulus: bigint): void {
  const [x, y] = [copies(f, d), copies(f, e)]
  const sum = f.local('i64')
  const [signX, signY] = [d, e].map(number => f.keep('i32', negative(i32.less(number[8].get, i32.const(0)))))
  const inverse = i32.const(Number(inverseOfLowest(modulus)))
  const modulusWords = wordsOf(modulus)
  for (const [to, a, b] of [
    [d, u, v],
    [e, q, r],
  ] as const) {
    // For a negative number the modulus is added once, which keeps all within -2 and 1 times the modulus.
    const start = f.keep('i32', i32.add(i32.and(a.get, signX.get), i32.and(b.get, signY.get)))
    const lowest = i64.toI32(combined(wide(a), x[0], wide(b), y[0]))
    const missing = i32.and(i32.add(i32.mul(lowest, inverse), start.get), i32.const(wordMask))
    const times = f.keep('i64', i64.fromI32(i32.sub(start.get, missing)))
    writeShifted(f, to, sum, k =>
      i64.add(combined(wide(a), x[k], wide(b), y[k]), i64.mul(times.get, i64.const(modulusWords[k]))),
    )
  }
}

/** 1 / modulus mod 2^30, by Newton's iteration: each doubles the bits that are right, of which an odd number has three. */
export const inverseOfLowest = (modulus: bigint): bigint =>
  [1, 2, 3, 4].reduce(x => BigInt.asUintN(wordBits, x * (2n - modulus * x)), modulus & 7n)
