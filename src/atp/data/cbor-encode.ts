/**
 * Values to DAG-CBOR, in the one form that the data model allows (spec: data model, "DRISL"). All goes through one
 * scratch buffer, and each set of keys is put in order and encoded once.
 */
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {compareBytes} from '#std/bytes.ts'
import {strictLimits} from './cbor-limits.ts'
import {Cid, cidSize} from './cid.ts'
import type {Value, ValueMap} from './value.ts'

let out = new Uint8Array(16_384)
let at = 0

/**
 * The bytes of `value`. Members that are `undefined` are left out; a `BigInt`, float, lone surrogate, function, foreign
 * object or deeper nesting than a reader takes throws `Malformed('cbor', …)`.
 */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  at = 0
  writeValue(value as Value, 1)
  return out.slice(0, at)
}

function refuse(reason: string, detail: string): never {
  throw new Malformed('cbor', reason, detail)
}

function reserve(size: number): void {
  if (at + size <= out.length) return
  const larger = new Uint8Array(Math.max(out.length * 2, at + size))
  larger.set(out.subarray(0, at))
  out = larger
}

function writeHead(type: number, argument: number): void {
  const top = type << 5
  reserve(9)
  if (argument < 24) out[at++] = top | argument
  else if (argument < 0x100) {
    out[at++] = top | 24
    out[at++] = argument
  } else if (argument < 0x1_0000) {
    out[at++] = top | 25
    out[at++] = argument >> 8
    out[at++] = argument
  } else writeLongHead(top, argument)
}

function writeLongHead(top: number, argument: number): void {
  const size = argument < 0x1_0000_0000 ? 4 : 8
  out[at++] = top | (size === 4 ? 26 : 27)
  let rest = argument
  for (let i = size - 1; i >= 0; i--) {
    out[at + i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  at += size
}

function writeValue(value: Value, depth: number): void {
  if (typeof value === 'string') writeText(value)
  else if (typeof value === 'number') writeInteger(value)
  else if (typeof value === 'boolean') writeByte(value ? 0xf5 : 0xf4)
  else if (value === null) writeByte(0xf6)
  else if (value instanceof Cid) writeCid(value)
  else if (value instanceof Uint8Array) writeBytes(value)
  else if (Array.isArray(value)) writeArray(value, depth)
  else if (typeof value === 'object') writeMap(value, depth)
  else refuse('not-data', `a ${typeof value}`)
}

function writeByte(byte: number): void {
  reserve(1)
  out[at++] = byte
}

function writeInteger(value: number): void {
  if (!Number.isSafeInteger(value)) refuse('not-data', 'a number that is no integer within 2^53 - 1')
  if (value >= 0) writeHead(0, value)
  else writeHead(1, -1 - value)
}

function writeText(text: string): void {
  if (!text.isWellFormed()) refuse('bad-utf8', 'a text with a lone surrogate')
  const bytes = toUtf8(text)
  writeHead(3, bytes.length)
  reserve(bytes.length)
  out.set(bytes, at)
  at += bytes.length
}

function writeBytes(bytes: Uint8Array): void {
  writeHead(2, bytes.length)
  reserve(bytes.length)
  out.set(bytes, at)
  at += bytes.length
}

function writeCid(cid: Cid): void {
  reserve(cidSize + 5)
  out[at++] = 0xd8
  out[at++] = 42
  out[at++] = 0x58
  out[at++] = cidSize + 1
  out[at++] = 0
  out.set(cid.bytes, at)
  at += cidSize
}

function checkContainer(size: number, depth: number): void {
  if (depth > strictLimits.depthMax) refuse('too-deep', `more than ${strictLimits.depthMax} levels`)
  if (size > strictLimits.itemsMax) refuse('too-many-items', `${size} items where ${strictLimits.itemsMax} are allowed`)
}

function writeArray(items: Value[], depth: number): void {
  checkContainer(items.length, depth)
  writeHead(4, items.length)
  for (const item of items) writeValue(item, depth + 1)
}

function writeMap(map: ValueMap, depth: number): void {
  const keys = Object.keys(map).filter(key => map[key] !== undefined)
  checkContainer(keys.length, depth)
  keys.sort((a, b) => {
    const bytesA = toUtf8(a)
    const bytesB = toUtf8(b)
    return bytesA.length - bytesB.length || compareBytes(bytesA, bytesB)
  })
  writeHead(5, keys.length)
  for (const key of keys) {
    writeText(key)
    writeValue(map[key], depth + 1)
  }
}
