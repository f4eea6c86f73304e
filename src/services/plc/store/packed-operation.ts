/**
 * One operation in as few bytes as it takes, for the directory keeps all there ever were: keys, signatures and hashes as
 * bytes and not as their texts, and the words that nearly every operation holds as numbers. Nothing is lost: what is read
 * again has the same CID, whatever odd texts the operation holds. Members come in the order of their lengths, as the
 * network's own directory shows them.
 *
 * A first byte says the type and which of `sig` and `prev` have their usual form; then `sig`, `prev` and the members
 * follow. Texts are tagged (`plain` and those around it), numbers are varints. Forms are never changed: a further one
 * takes one of the bits of the first byte that are free.
 */
import {assert} from '#std/assert.ts'
import {fromBase32, toBase32} from '#std/encoding/base32.ts'
import {fromBase58, toBase58} from '#std/encoding/base58.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {fromUtf8, utf8Size, writeUtf8} from '#std/text.ts'
import {cidFromText, cidOfDigest, codecs} from '#atp/data/cid.ts'
import {setMember, type Value, type ValueMap} from '#atp/data/value.ts'
import type {PlcOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'

const types = ['plc_operation', 'plc_tombstone', 'create'] as const
const typeBits = 3
const rawSig = 4
const noPrev = 8
const rawPrev = 16

/** What stands before the 33 bytes of a key in a did:key, by the tag of its text. */
const keyKinds = [
  [0xe7, 0x01],
  [0x80, 0x24],
] as const
const keySize = 33
/** Texts that are a number by themselves, from this tag on. Only to be appended to. */
const wordsFrom = 2
const words = [
  'atproto',
  'atproto_pds',
  'AtprotoPersonalDataServer',
  'atproto_label',
  'atproto_labeler',
  'AtprotoLabeler',
  'bsky_chat',
  'bsky_fg',
  'BskyFeedGenerator',
] as const
/** A text in full, and from here on texts between a known beginning and a known end, the first that fits. */
const plain = 32
const affixes = [
  ['', ''],
  ['at://', '.bsky.social'],
  ['at://', ''],
  ['https://', '.host.bsky.network'],
  ['https://', ''],
  ['did:key:', ''],
] as const

const didPrefix = 'did:plc:'

/** The 15 bytes of a did:plc. */
export function packDid(did: Did): Uint8Array<ArrayBuffer> {
  const bytes = fromBase32(did, didPrefix.length)
  assert(bytes?.length === 15, 'only a did:plc has a place in a directory')
  return bytes
}

export const unpackDid = (bytes: Uint8Array): Did => `${didPrefix}${toBase32(bytes)}` as Did

/** The bytes of an operation as `parseOperation` gives it. */
export function packOperation(operation: PlcOperation): Uint8Array<ArrayBuffer> {
  const to = new Writer()
  const sig = rawSigOf(operation.sig)
  const prev = operation.prev === null ? undefined : digestOf(operation.prev)
  to.byte(
    types.indexOf(operation.type) | (sig ? rawSig : 0) | (operation.prev === null ? noPrev : 0) | (prev ? rawPrev : 0),
  )
  if (sig) to.bytes(sig)
  else to.text(operation.sig)
  if (prev) to.bytes(prev)
  else if (operation.prev !== null) to.text(operation.prev)
  if (operation.type === 'plc_operation') {
    to.list(Object.entries(operation.services), ([name, {type, endpoint}]) => {
      to.text(name)
      to.text(type)
      to.text(endpoint)
    })
    to.list(operation.alsoKnownAs, alias => to.text(alias))
    to.list(operation.rotationKeys, key => to.text(key))
    to.list(Object.entries(operation.verificationMethods), ([name, key]) => {
      to.text(name)
      to.text(key)
    })
  } else if (operation.type === 'create') {
    for (const name of createNames) to.text(operation[name])
  }
  return to.take()
}

const createNames = ['handle', 'service', 'signingKey', 'recoveryKey'] as const

/** The operation that `packOperation` made these bytes of. */
export function unpackOperation(bytes: Uint8Array): PlcOperation {
  const from = new Reader(bytes)
  const head = from.byte()
  const sig = head & rawSig ? toBase64Url(from.bytes(64)) : from.text()
  const prev = head & noPrev ? null : head & rawPrev ? cidOfDigest(codecs.cbor, from.bytes(32)).toString() : from.text()
  const type = types[head & typeBits]
  if (type === 'plc_tombstone') return {sig, prev: prev as string, type}
  if (type === 'create') {
    const [handle, service, signingKey, recoveryKey] = createNames.map(() => from.text())
    return {sig, prev: null, type, handle, service, signingKey, recoveryKey}
  }
  const services = from.map(() => ({type: from.text(), endpoint: from.text()}))
  const alsoKnownAs = from.list(() => from.text())
  const rotationKeys = from.list(() => from.text())
  return {sig, prev, type, services, alsoKnownAs, rotationKeys, verificationMethods: from.map(() => from.text())}
}

/** The bytes of a signature in its one usual form. Any other text is kept as it is, or it would get another CID. */
function rawSigOf(sig: string): Uint8Array | undefined {
  const bytes = sig.length === 86 ? fromBase64Url(sig) : undefined
  return bytes?.length === 64 ? bytes : undefined
}

function digestOf(prev: string): Uint8Array | undefined {
  const cid = cidFromText(prev)
  return cid?.codec === codecs.cbor ? cid.digest : undefined
}

class Writer {
  #out = new Uint8Array(512)
  #at = 0

  byte(value: number): void {
    this.#reserve(1)
    this.#out[this.#at++] = value
  }

  number(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.byte(0x80 | (rest & 0x7f))
    this.byte(rest)
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#out.set(bytes, this.#at)
    this.#at += bytes.length
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.number(items.length)
    for (const item of items) write(item)
  }

  text(text: string): void {
    const word = (words as readonly string[]).indexOf(text)
    if (word >= 0) return this.byte(wordsFrom + word)
    if (text.startsWith('did:key:z') && this.#key(text)) return
    const kind = Math.max(
      affixes.findIndex(([before, after], i) => i > 0 && fits(text, before, after)),
      0,
    )
    const [before, after] = affixes[kind]
    const middle = text.slice(before.length, text.length - after.length)
    const size = utf8Size(middle)
    this.byte(plain + kind)
    this.number(size)
    this.#reserve(size)
    writeUtf8(middle, this.#out, this.#at)
    this.#at += size
  }

  /** Writes a did:key as bytes, if that is all there is to its text. */
  #key(text: string): boolean {
    const bytes = fromBase58(text.slice(9))
    if (bytes?.length !== keySize + 2) return false
    const kind = keyKinds.findIndex(([first, second]) => bytes[0] === first && bytes[1] === second)
    if (kind < 0) return false
    this.byte(kind)
    this.bytes(bytes.subarray(2))
    return true
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.slice(0, this.#at)
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#out.length) return
    const larger = new Uint8Array(2 * (this.#at + size))
    larger.set(this.#out)
    this.#out = larger
  }
}

const fits = (text: string, before: string, after: string): boolean =>
  text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    assert(this.#at < this.#bytes.length, 'a stored operation is whole')
    return this.#bytes[this.#at++]
  }

  number(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  bytes(size: number): Uint8Array {
    assert(this.#at + size <= this.#bytes.length, 'a stored operation is whole')
    return this.#bytes.subarray(this.#at, (this.#at += size))
  }

  list<T>(read: () => T): T[] {
    return Array.from({length: this.number()}, read)
  }

  map<T>(read: () => T): Record<string, T> {
    const map: Record<string, T> = {}
    for (let left = this.number(); left > 0; left--) setMember(map as ValueMap, this.text(), read() as Value)
    return map
  }

  text(): string {
    const tag = this.byte()
    if (tag < keyKinds.length) {
      const key = new Uint8Array(keySize + 2)
      key.set(keyKinds[tag])
      key.set(this.bytes(keySize), 2)
      return `did:key:z${toBase58(key)}`
    }
    if (tag < plain) return words[tag - wordsFrom]
    const [before, after] = affixes[tag - plain]
    const middle = fromUtf8(this.bytes(this.number()))
    assert(middle !== undefined, 'a stored text is text')
    return before + middle + after
  }
}
