/**
 * Operations of did:plc: the signed steps that make and change an identity (spec: did-method-plc v0.3.0, "Operation
 * Serialization, Signing, and Validation"). An operation is JSON on the wire and DAG-CBOR when it is signed or hashed;
 * its CID names it in the next one's `prev`, and the hash of the first one is the DID. Whether an operation may follow
 * a given history is for `log.ts` to say; this file knows one operation at a time.
 */
import {toBase32} from '#std/encoding/base32.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {Malformed} from '#std/malformed.ts'
import {sha256} from '../crypto/engine.ts'
import {parseDidKey, verifySignature, type Keypair, type PublicKey} from '../crypto/key.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {cidOf, codecs, isCid} from '../data/cid.ts'
import {setMember, type Value, type ValueMap} from '../data/value.ts'
import type {Did} from '../syntax/did.ts'

export interface PlcService {
  type: string
  endpoint: string
}

/** What an identity holds at one moment: the members that every `plc_operation` states anew. */
export interface PlcData {
  /** did:key texts, the most powerful first: these alone may sign the next operation. */
  rotationKeys: string[]
  /** Name (`atproto`) → did:key. */
  verificationMethods: Record<string, string>
  /** URIs; the first `at://` one claims the handle. */
  alsoKnownAs: string[]
  /** Name (`atproto_pds`) → server. */
  services: Record<string, PlcService>
}

export interface PlcUpdate extends PlcData {
  type: 'plc_operation'
  /** CID text of the operation this one follows; null in the first. */
  prev: string | null
  /** 64 bytes, base64url without padding. */
  sig: string
}

/** Ends the identity, unless it is nullified within the recovery window. */
export interface PlcTombstone {
  type: 'plc_tombstone'
  prev: string
  sig: string
}

/** The first form of a genesis operation: many identities still rest on one, none may be made with it any more. */
export interface PlcCreate {
  type: 'create'
  signingKey: string
  recoveryKey: string
  /** Without `at://`. */
  handle: string
  service: string
  prev: null
  sig: string
}

export type PlcOperation = PlcUpdate | PlcTombstone | PlcCreate

/** An operation before it is signed. */
export type Unsigned<O extends PlcOperation> = Omit<O, 'sig'>

/**
 * Characters of all texts of one operation, and entries of one list or map. What a directory lets in (`limits.ts`) is
 * far less; these bound the work on hostile JSON before that is asked, and the public log holds nothing above them.
 */
const textTotalMax = 65_536
const entriesMax = 200

const refuse = (reason: string, detail: string): never => {
  throw new Malformed('plc-operation', reason, detail)
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Reads members of one operation's JSON, and keeps count of the text that has been read. */
class Reader {
  #left = textTotalMax

  text(json: unknown, name: string): string {
    if (typeof json !== 'string') return refuse('not-text', `"${name}" is not a text`)
    this.#left -= json.length
    if (this.#left < 0) refuse('too-big', `more than ${textTotalMax} characters of text`)
    return json.isWellFormed() ? json : refuse('not-unicode', `"${name}" holds a lone surrogate`)
  }

  texts(json: unknown, name: string): string[] {
    if (!Array.isArray(json)) return refuse('not-a-list', `"${name}" is not a list`)
    few(json.length, name)
    return json.map(entry => this.text(entry, name))
  }

  map<T>(json: unknown, name: string, read: (member: unknown) => T): Record<string, T> {
    if (!isObject(json)) return refuse('not-an-object', `"${name}" is not an object`)
    const keys = Object.keys(json)
    few(keys.length, name)
    const map: Record<string, T> = {}
    for (const key of keys) setMember(map as ValueMap, this.text(key, name), read(json[key]) as Value)
    return map
  }

  service(json: unknown): PlcService {
    if (!isObject(json)) return refuse('not-an-object', 'a service is not an object')
    only(json, ['type', 'endpoint'])
    return {type: this.text(json.type, 'type'), endpoint: this.text(json.endpoint, 'endpoint')}
  }
}

function few(count: number, name: string): void {
  if (count > entriesMax) refuse('too-many-entries', `"${name}" has more than ${entriesMax} entries`)
}

/** An unknown member would be signed and hashed like the others, yet mean nothing, so it is refused. */
function only(json: Record<string, unknown>, names: readonly string[]): void {
  for (const key of Object.keys(json)) {
    if (!names.includes(key)) refuse('unknown-member', `an operation of this type has no "${key.slice(0, 64)}"`)
  }
}

const dataNames = ['rotationKeys', 'verificationMethods', 'alsoKnownAs', 'services'] as const

function previous(json: unknown): string {
  if (typeof json !== 'string' || !isCid(json)) return refuse('bad-prev', '"prev" is not the CID of an operation')
  return json
}

/** Reads one operation of any type from parsed JSON. Throws `Malformed('plc-operation', …)`. */
export function parseOperation(json: unknown): PlcOperation {
  if (!isObject(json)) return refuse('not-an-object', 'an operation is a JSON object')
  const read = new Reader()
  const sig = read.text(json.sig, 'sig')
  switch (json.type) {
    case 'plc_operation':
      only(json, ['type', ...dataNames, 'prev', 'sig'])
      return {
        type: 'plc_operation',
        rotationKeys: read.texts(json.rotationKeys, 'rotationKeys'),
        verificationMethods: read.map(json.verificationMethods, 'verificationMethods', key =>
          read.text(key, 'verificationMethods'),
        ),
        alsoKnownAs: read.texts(json.alsoKnownAs, 'alsoKnownAs'),
        services: read.map(json.services, 'services', entry => read.service(entry)),
        prev: json.prev === null ? null : previous(json.prev),
        sig,
      }
    case 'plc_tombstone':
      only(json, ['type', 'prev', 'sig'])
      return {type: 'plc_tombstone', prev: previous(json.prev), sig}
    case 'create':
      only(json, ['type', 'signingKey', 'recoveryKey', 'handle', 'service', 'prev', 'sig'])
      if (json.prev !== null) refuse('bad-prev', 'a "create" operation is the first, so its "prev" is null')
      return {
        type: 'create',
        signingKey: read.text(json.signingKey, 'signingKey'),
        recoveryKey: read.text(json.recoveryKey, 'recoveryKey'),
        handle: read.text(json.handle, 'handle'),
        service: read.text(json.service, 'service'),
        prev: null,
        sig,
      }
    default:
      return refuse('unknown-type', '"type" is none of plc_operation, plc_tombstone, create')
  }
}

/** The bytes whose hash is the operation's CID. */
export const encodeOperation = (operation: PlcOperation): Uint8Array<ArrayBuffer> =>
  encodeCbor({...operation} as ValueMap)

/** The bytes that are signed: the operation without `sig`. */
function encodeUnsigned(operation: Unsigned<PlcOperation> | PlcOperation): Uint8Array<ArrayBuffer> {
  const {sig: _, ...unsigned} = operation as PlcOperation
  return encodeCbor(unsigned as ValueMap)
}

/** CID text, as the next operation's `prev` gives it. */
export const operationCid = (operation: PlcOperation): string =>
  cidOf(codecs.cbor, encodeOperation(operation)).toString()

/** The DID that this operation begins: the first 24 characters of its hash in base32. */
export const genesisDid = (operation: PlcOperation): Did =>
  `did:plc:${toBase32(sha256(encodeOperation(operation))).slice(0, 24)}` as Did

export const signOperation = <O extends PlcOperation>(unsigned: Unsigned<O>, signer: Keypair): O =>
  ({...unsigned, sig: toBase64Url(signer.sign(encodeUnsigned(unsigned as Unsigned<PlcOperation>)))}) as unknown as O

const withScheme = (scheme: string, text: string): string => (text.startsWith(scheme) ? text : scheme + text)

/** What the identity holds after this operation; `undefined` after a tombstone. */
export function dataOf(operation: PlcOperation): PlcData | undefined {
  switch (operation.type) {
    case 'plc_operation': {
      const {rotationKeys, verificationMethods, alsoKnownAs, services} = operation
      return {rotationKeys, verificationMethods, alsoKnownAs, services}
    }
    case 'create': {
      const {signingKey, recoveryKey, handle, service} = operation
      const endpoint = service.startsWith('http://') ? service : withScheme('https://', service)
      return {
        rotationKeys: [recoveryKey, signingKey],
        verificationMethods: {atproto: signingKey},
        alsoKnownAs: [withScheme('at://', handle.replace(/^https?:\/\//, ''))],
        services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint}},
      }
    }
    case 'plc_tombstone':
      return undefined
  }
}

/** Why no key of the list has signed: the first fault of the signature itself, or that it is someone else's. */
export type SignatureFault =
  | 'signature-padded'
  | 'signature-not-base64url'
  | 'signature-spare-bits'
  | 'signature-not-64-bytes'
  | 'signature-der'
  | 'signature-high-s'
  | 'signature-by-no-key'

function signatureBytes(sig: string): Uint8Array | SignatureFault {
  const bytes = fromBase64Url(sig)
  if (bytes) return bytes.length === 64 ? bytes : isDer(bytes) ? 'signature-der' : 'signature-not-64-bytes'
  if (sig.endsWith('=')) return 'signature-padded'
  return /^[\w-]*$/.test(sig) && sig.length % 4 !== 1 ? 'signature-spare-bits' : 'signature-not-base64url'
}

/** Whether the bytes read as an ASN.1 pair of numbers: 64 of them may, by chance or by design. */
function isDer(bytes: Uint8Array): boolean {
  const rSize = bytes[3]
  return (
    bytes[0] === 0x30 &&
    bytes[1] === bytes.length - 2 &&
    bytes[2] === 2 &&
    bytes[4 + rSize] === 2 &&
    bytes[5 + rSize] === bytes.length - 6 - rSize
  )
}

function keyOf(didKey: string): PublicKey | undefined {
  try {
    return parseDidKey(didKey)
  } catch (error) {
    // History holds keys of curves that cannot sign here. They are no one's signature, and no reason to stop.
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/**
 * The first of `didKeys` that signed the operation, as its place in the list, or why none did. The encoding is taken
 * strictly, because a second spelling of a signature would give the same operation a second CID.
 */
export function signerOf(operation: PlcOperation, didKeys: readonly string[]): number | SignatureFault {
  const signature = signatureBytes(operation.sig)
  if (typeof signature === 'string') return signature
  const message = encodeUnsigned(operation)
  const keys = didKeys.map(keyOf)
  const signer = keys.findIndex(key => key && verifySignature(key, message, signature))
  if (signer >= 0) return signer
  if (keys.some(key => key && verifySignature(key, message, signature, {highS: true}))) return 'signature-high-s'
  return isDer(signature) ? 'signature-der' : 'signature-by-no-key'
}
