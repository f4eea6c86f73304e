/**
 * The short texts that come again in record after record (member names, `$type`s, languages), kept so that they need
 * not be made again: a hit costs a few nanoseconds, a new string about eighty. Each slot holds the last text that fell
 * on it, so what a stranger sends can push names out but never make this grow.
 */
import {fromUtf8} from '#std/text.ts'

/** Longer texts are not looked up. A DID of the common kind has 32 bytes, and hardly ever comes again. */
export const nameSizeMax = 31

const slots = 4_096
const rowSize = 32
const texts: (string | undefined)[] = Array.from({length: slots}, () => undefined)
/** One row a slot: the size of the text, then its bytes. */
const rows = new Uint8Array(slots * rowSize)

/** The text of 1 to `nameSizeMax` bytes from `start`, or `undefined` when they are not UTF-8. */
export function nameAt(bytes: Uint8Array, start: number, size: number): string | undefined {
  const last = start + size - 1
  const sample =
    (bytes[start] << 16) ^ (bytes[start + (size >> 1)] << 11) ^ (bytes[last - (size >> 2)] << 5) ^ bytes[last]
  const slot = (Math.imul(sample + size, 0x9e3779b1) >>> 20) & (slots - 1)
  let row = slot * rowSize
  if (rows[row] === size) {
    row++
    let i = start
    while (i <= last && rows[row] === bytes[i]) {
      i++
      row++
    }
    if (i > last) return texts[slot]
  }
  return remember(slot, bytes, start, size)
}

function remember(slot: number, bytes: Uint8Array, start: number, size: number): string | undefined {
  const text = fromUtf8(bytes, start, start + size)
  if (text === undefined) return undefined
  texts[slot] = internalized(text)
  rows[slot * rowSize] = size
  for (let i = 0; i < size; i++) rows[slot * rowSize + 1 + i] = bytes[start + i]
  return texts[slot]
}

/** The engine's own one copy of the text, which is the fast one to name a member by. It is had by naming one. */
function internalized(text: string): string {
  // Without a prototype it is a hash table, so that passing names leave no trace in the engine's tree of shapes.
  dictionary[text] = 0
  const [copy] = Object.keys(dictionary)
  delete dictionary[text]
  return copy
}
const dictionary = Object.create(null) as Record<string, number>
