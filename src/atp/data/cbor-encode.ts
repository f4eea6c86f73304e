/** Values to DAG-CBOR, in the one form that the data model allows (spec: data model, "DRISL"). */
import {copyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {Slab} from '#std/slab.ts'
import {utf8Size, writeLatin1, writeUtf8} from '#std/text.ts'
import {layoutOf} from './cbor-layout.ts'
import {strictLimits} from './cbor-limits.ts'
import {Cid, cidSize} from './cid.ts'

const slab = new Slab()
let out = slab.bytes
/** Where the next byte goes. */
let at = 0

/**
 * The bytes of `value`. Members that are `undefined` are left out. Throws `Malformed('cbor', …)` for what the data model
 * does not have (floats, unsafe integers, `BigInt`s, lone surrogates, `undefined` items, functions, objects of a class)
 * and beyond `strictLimits`. Short results share a buffer: copy one before its buffer is transferred.
 */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  out = slab.bytes
  at = slab.start
  writeValue(value, 1)
  return slab.take(at)
}

/** Makes room for `size` bytes. */
function reserve(size: number): void {
  if (at + size <= out.length) return
  const written = at - slab.start
  if (written + size > strictLimits.sizeMax) refuse('too-big', `more than ${strictLimits.sizeMax} bytes`)
  at = slab.grow(at, size)
  out = slab.bytes
}

function refuse(reason: string, detail: string): never {
  throw new Malformed('cbor', reason, detail)
}

function writeValue(value: unknown, depth: number): void {
  if (typeof value === 'string') writeText(value)
  else if (typeof value === 'number') writeInteger(value)
  else if (typeof value === 'boolean') writeByte(value ? 0xf5 : 0xf4)
  else if (value === null) writeByte(0xf6)
  else if (typeof value !== 'object') refuse('not-data', `a ${typeof value}`)
  else if (value instanceof Cid) writeCid(value)
  else if (Array.isArray(value)) writeArray(value, depth)
  else if (value instanceof Uint8Array) writeBytes(value)
  else writeMap(value as Record<string, unknown>, depth)
}

function writeByte(byte: number): void {
  reserve(1)
  out[at++] = byte
}

/** Writes a head: a major type, already in the top three bits, and its number in the shortest form. */
function writeHead(type: number, argument: number): void {
  reserve(9)
  if (argument < 24) out[at++] = type | argument
  else if (argument < 0x100) {
    out[at++] = type | 24
    out[at++] = argument
  } else if (argument < 0x1_0000) {
    out[at++] = type | 25
    out[at++] = argument >> 8
    out[at++] = argument
  } else writeLongHead(type, argument)
}

function writeLongHead(type: number, argument: number): void {
  const size = argument < 0x1_0000_0000 ? 4 : 8
  out[at++] = type | (size === 4 ? 26 : 27)
  let rest = argument
  for (let i = at + size - 1; i >= at; i--) {
    out[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  at += size
}

function writeInteger(value: number): void {
  if (!Number.isSafeInteger(value)) refuse('not-data', 'a number that is no integer within 2^53 - 1')
  if (value >= 0) writeHead(0x00, value)
  else writeHead(0x20, -1 - value)
}

function writeText(text: string): void {
  const size = utf8Size(text)
  writeHead(0x60, size)
  reserve(size)
  if (size === text.length) at += writeLatin1(text, out, at)
  else if (text.isWellFormed()) at += writeUtf8(text, out, at)
  else refuse('bad-utf8', 'a text with a lone surrogate')
}

function writeBytes(bytes: Uint8Array): void {
  const size = bytes.length
  writeHead(0x40, size)
  reserve(size)
  copy(bytes, size)
}

/** Copies what there is room for. */
function copy(bytes: Uint8Array, size: number): void {
  if (size > 40) copyBytes(bytes, 0, size, out, at)
  else for (let i = 0; i < size; i++) out[at + i] = bytes[i]
  at += size
}

/** Tag 42 on bytes: a zero, then the CID. */
function writeCid(cid: Cid): void {
  reserve(cidSize + 5)
  out[at++] = 0xd8
  out[at++] = 42
  out[at++] = 0x58
  out[at++] = cidSize + 1
  out[at++] = 0
  copy(cid.bytes, cidSize)
}

function checkContainer(size: number, depth: number): void {
  if (depth > strictLimits.depthMax) refuse('too-deep', `more than ${strictLimits.depthMax} levels`)
  if (size > strictLimits.itemsMax) refuse('too-many-items', `${size} items where ${strictLimits.itemsMax} are allowed`)
}

function writeArray(items: readonly unknown[], depth: number): void {
  checkContainer(items.length, depth)
  writeHead(0x80, items.length)
  for (let i = 0; i < items.length; i++) writeValue(items[i], depth + 1)
}

function writeMap(map: Readonly<Record<string, unknown>>, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(map)
  if (prototype !== Object.prototype && prototype !== null) refuse('not-data', 'an object of a class')
  const {keys, encodedKeys} = layoutOf(map)
  checkContainer(keys.length, depth)
  writeHead(0xa0, keys.length)
  for (let i = 0; i < keys.length; i++) {
    const key = encodedKeys[i]
    reserve(key.length)
    copy(key, key.length)
    writeValue(map[keys[i]], depth + 1)
  }
}
