/** The few byte-array operations that the language lacks. All are pure and work on any `Uint8Array`. */

export const emptyBytes = new Uint8Array(0)

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order of unsigned bytes; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = a[i] - b[i]
    if (difference !== 0) return difference < 0 ? -1 : 1
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let size = 0
  for (const part of parts) size += part.length
  const joined = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** A range of `bytes` in a buffer of its own. Not `slice`, which on Node's `Buffer` gives a view of the same memory. */
export const copyOf = (bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.subarray(start, end))

/** Copies a range of `from` into `to`, which must have room. Worth it from some forty bytes on; below, a loop is faster. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, offset: number): void {
  if (nativeCopy) nativeCopy.call(from, to, offset, start, end)
  else to.set(from.subarray(start, end), offset)
}
type Copy = (this: Uint8Array, to: Uint8Array, offset: number, start: number, end: number) => number
// Node's own needs no view of the range, whose making would cost more than the copying.
const nativeCopy = (globalThis as {Buffer?: {prototype: {copy: Copy}}}).Buffer?.prototype.copy

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

/** Reads hexadecimal of either case; `undefined` when the text is not whole bytes of it. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16)
  return bytes
}
