/**
 * Whole numbers as nine words of 30 bits in WebAssembly: between a number's 32 bytes in memory, the last byte first, and
 * the words that arithmetic is done on. The last word has the sign.
 */
import {i32, i64, type Code, type Local, type WasmFunction} from '../wasm.ts'

export const wordBits = 30
export const wordMask = 2 ** 30 - 1
export const wordIndexes = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const

/** Each an i64. */
export type Words = readonly Local[]

export const wordsOf = (value: bigint, count = 9): bigint[] =>
  Array.from({length: count}, (_, k) => (value >> BigInt(k * wordBits)) & BigInt(wordMask))

const mask = i64.const(BigInt(wordMask))

/** The words of a number that is in parts of `size` bits, the lowest first. */
export function repack(f: WasmFunction, parts: readonly Code[], size: number): Words {
  return wordIndexes.map(k => {
    const [part, shift] = [Math.floor((k * wordBits) / size), (k * wordBits) % size]
    const next = parts[part + 1]
    // The last word keeps the sign, unless the parts fill 64 bits and so have none.
    const low = size === 64 ? i64.shrUnsigned(parts[part], shift) : i64.shr(parts[part], shift)
    const both = next && shift + wordBits > size ? i64.or(low, i64.shl(next, size - shift)) : low
    return f.keep('i64', k === 8 && size !== 64 ? both : i64.and(both, mask))
  })
}

export const loadWords = (f: WasmFunction, address: Code): Words =>
  repack(
    f,
    [0, 8, 16, 24].map(offset => f.keep('i64', i64.load(address, offset)).get),
    64,
  )

/** Words of 30 bits each, as 64-bit parts: `size / 8` bytes. */
export function storeWords(f: WasmFunction, address: Code, words: Words, size: 16 | 32 = 32): void {
  for (let offset = 0; offset < size; offset += 8) {
    let code: Code | undefined
    for (const [k, word] of words.entries()) {
      const shift = k * wordBits - 8 * offset
      if (shift <= -wordBits || shift >= 64) continue
      const part = shift < 0 ? i64.shrUnsigned(word.get, -shift) : i64.shl(word.get, shift)
      code = code ? i64.or(code, part) : part
    }
    f.do(i64.store(address, code!, offset))
  }
}

/** Writes a sum into words that may be among its terms, a carry going from each to the next. */
export function addUp(f: WasmFunction, to: Words, term: (k: number) => Code): void {
  const carry = f.local('i64')
  for (const [k, word] of to.entries()) {
    f.do(carry.set(k === 0 ? term(k) : i64.add(i64.shr(carry.get, wordBits), term(k))))
    f.do(word.set(k === to.length - 1 ? carry.get : i64.and(carry.get, mask)))
  }
}

/** Brings a number between -2 and 2 times the modulus to one from 0 to below it. */
export function reduce(f: WasmFunction, words: Words, modulus: bigint): void {
  const parts = wordsOf(modulus)
  const last = words[words.length - 1]
  const addIfNegative = (): void => {
    const negative = f.keep('i64', i64.shr(last.get, 63))
    addUp(f, words, k => i64.add(words[k].get, i64.and(negative.get, i64.const(parts[k]))))
  }
  addIfNegative()
  addIfNegative()
  addUp(f, words, k => i64.add(words[k].get, i64.const(-parts[k])))
  addIfNegative()
}

/** A word as the i32 that it fits into. */
export const narrow = (f: WasmFunction, word: Local): Local => f.keep('i32', i64.toI32(word.get))
export const wide = (word: Local): Code => i64.fromI32(word.get)
export const negative = (value: Code): Code => i32.sub(i32.const(0), value)
