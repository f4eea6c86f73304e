/**
 * Gives an event's frame another `seq` and leaves every other byte as it came. That is what a relay does to each event
 * it passes on: members that this program does not know stay, and nothing is encoded again but one number.
 */
import {assert} from '#std/assert.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {
  cborAt,
  cborInput,
  firstKey,
  itemCount,
  major,
  openCbor,
  passBytes,
  passKey,
  passLink,
  readHead,
  takeSimple,
} from '../data/cbor-reader.ts'

/** Moves past one value, whatever it holds. */
function passValue(): void {
  for (let left = 1; left > 0; left--) {
    switch (readHead()) {
      case major.text:
      case major.bytes:
        passBytes()
        break
      case major.array:
        left += itemCount(1)
        break
      case major.map:
        left += 2 * itemCount(2)
        break
      case major.tag:
        passLink()
        break
      case major.simple:
        takeSimple()
    }
  }
}

const isSeq = (start: number): boolean =>
  cborAt - start === 3 && cborInput[start] === 0x73 && cborInput[start + 1] === 0x65 && cborInput[start + 2] === 0x71

/** Where the value of the body's `seq` lies. */
function seqRange(frame: Uint8Array): {start: number; end: number} {
  openCbor(frame)
  passValue()
  readHead()
  let before = firstKey
  for (let left = itemCount(2); left > 0; left--) {
    const here = cborAt
    const found = isSeq(passKey(before))
    before = here
    const start = cborAt
    passValue()
    if (found) return {start, end: cborAt}
  }
  assert(false, 'the frame of an event has a seq')
}

/**
 * A copy of `frame` with `seq` for its own, after `headroom` bytes that are left free for what the caller keeps with
 * it. Only for the frame of an event that has been read (`parseEvent`), and is therefore known to be in order.
 * `allocate` may give bytes that hold anything.
 */
export function resequenced(
  frame: Uint8Array,
  seq: number,
  headroom = 0,
  allocate = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size),
): Uint8Array<ArrayBuffer> {
  const {start, end} = seqRange(frame)
  const number = encodeCbor(seq)
  const copy = allocate(headroom + start + number.length + frame.length - end)
  copy.set(frame.subarray(0, start), headroom)
  copy.set(number, headroom + start)
  copy.set(frame.subarray(end), headroom + start + number.length)
  return copy
}
