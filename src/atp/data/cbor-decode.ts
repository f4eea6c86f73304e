/** DAG-CBOR to values: strict for all that is signed or written today, lenient for what was let in before. */
import {lenientLimits, strictLimits, type CborLimits} from './cbor-limits.ts'
import {
  cborArgument,
  cborAt,
  cborLimits,
  closeCbor,
  firstKey,
  itemCount,
  major,
  negativeInteger,
  openCbor,
  readHead,
  readKey,
  refuse,
  takeBytes,
  takeLink,
  takeSimple,
  takeText,
} from './cbor-reader.ts'
import {setMember, type Value, type ValueMap} from './value.ts'

/**
 * Reads one value that fills `bytes`. Byte strings and CIDs in it are views of `bytes`. Throws `Malformed('cbor', …)`
 * for whatever is not the one encoding of a data model value (spec: data model), and beyond `limits`.
 */
export function decodeCbor(bytes: Uint8Array, limits: CborLimits = strictLimits): Value {
  openCbor(bytes, 0, limits)
  const value = readValue(1)
  closeCbor()
  return value
}

/** Set by `decodeCborAt` to the offset just past the value it returned. */
export let cborEnd = 0

/** As `decodeCbor`, for a value that begins at `offset` and may have others after it: see `cborEnd`. */
export function decodeCborAt(bytes: Uint8Array, offset: number, limits: CborLimits = strictLimits): Value {
  openCbor(bytes, offset, limits)
  const value = readValue(1)
  cborEnd = cborAt
  return value
}

/**
 * As `decodeCbor`, and lets pass what other implementations have let into repositories: keys out of order, finite
 * 64-bit floats, integers beyond ±(2^53 − 1) as the nearest float, bad UTF-8 with U+FFFD in its place, links to CIDs
 * of other shapes as `{$link: text}`, nesting to 128. For readers of old records only: what it returns may not encode
 * to the same bytes again, or at all. Whatever is ambiguous or unbounded stays `Malformed`.
 */
export const decodeCborLenient = (bytes: Uint8Array): Value => decodeCbor(bytes, lenientLimits)

function readValue(depth: number): Value {
  switch (readHead()) {
    case major.text:
      return takeText()
    case major.map:
      return readMap(depth)
    case major.unsigned:
      return cborArgument
    case major.tag: {
      const link = takeLink()
      return typeof link === 'string' ? {$link: link} : link
    }
    case major.array:
      return readArray(depth)
    case major.bytes:
      return takeBytes()
    case major.negative:
      return negativeInteger()
    default:
      return takeSimple()
  }
}

function readArray(depth: number): Value[] {
  if (depth > cborLimits.depthMax) refuse('too-deep', `more than ${cborLimits.depthMax} levels`)
  const items: Value[] = []
  for (let count = itemCount(1); count > 0; count--) items.push(readValue(depth + 1))
  return items
}

function readMap(depth: number): ValueMap {
  if (depth > cborLimits.depthMax) refuse('too-deep', `more than ${cborLimits.depthMax} levels`)
  const map: ValueMap = {}
  let before = firstKey
  for (let count = itemCount(2); count > 0; count--) {
    const here = cborAt
    const key = readKey(before)
    before = here
    // Strict order has shown that no key comes twice.
    if (cborLimits.anyKeyOrder && Object.hasOwn(map, key)) refuse('duplicate-key', 'a map key twice', here)
    if (key === '__proto__') setMember(map, key, readValue(depth + 1))
    else map[key] = readValue(depth + 1)
  }
  return map
}
