/**
 * Keys of the tree: what one may look like and how high it stands (spec: repository, "MST structure"). A key is
 * `collection/rkey` in a subset of ASCII, so that it is held as a string, and string order is byte order.
 */
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {cryptoEngine} from '../crypto/engine.ts'

/** Bytes. The longest that the syntax of NSIDs and record keys allows is 830; other implementations stop at 1024. */
export const keySizeMax = 1024

/** The highest level a tree can have: half the bits of a hash that is all zeros. Nobody can mine one above 30. */
const heightMax = 128

/** 1 for each byte that may stand on either side of the slash. */
export const isKeyByte = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~-:.') {
  isKeyByte[char.charCodeAt(0)] = 1
}
const slash = 0x2f
const dot = 0x2e

/** Whether `key` is two segments of `[A-Za-z0-9_~\-:.]`, neither `.` nor `..`, around one slash: 3 to 1024 bytes. */
export function isKey(key: string): boolean {
  if (key.length > keySizeMax) return false
  let at = -1
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i)
    if (code === slash && at < 0) at = i
    else if (code > 255 || isKeyByte[code] === 0) return false
  }
  return at > 0 && at < key.length - 1 && !isDots(key, 0, at) && !isDots(key, at + 1, key.length)
}

function isDots(key: string, start: number, end: number): boolean {
  return end - start <= 2 && key.charCodeAt(start) === dot && (end - start === 1 || key.charCodeAt(start + 1) === dot)
}

/** Throws `Malformed('mst', 'key-syntax')` unless `isKey(key)`. */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new Malformed('mst', 'key-syntax', `${JSON.stringify(key.slice(0, 80))} is no repository path`)
}

/** The bytes of a key that is `isKey`, for those who search for it in nodes. */
export function keyBytes(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length)
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i)
  return bytes
}

const digest = new Uint8Array(32)

/** The level of the tree that `key` stands on: leading zero bits of its SHA-256, halved and rounded down (0 to 128). */
export const keyHeight = (key: string): number => keyHeightOfBytes(toUtf8(key))

/** As `keyHeight`, of the key's bytes. */
export function keyHeightOfBytes(key: Uint8Array): number {
  cryptoEngine.sha256Into(key, digest, 0)
  let bits = 0
  for (let i = 0; i < 32; i++) {
    if (digest[i] !== 0) return (bits + Math.clz32(digest[i]) - 24) >> 1
    bits += 8
  }
  return heightMax
}
