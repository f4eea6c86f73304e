/**
 * What atproto reads out of a DID document: the key an account signs with, the server that holds its data, the handle
 * it claims (spec: DID, "DID Documents"). Documents come from strangers' servers, in JSON of any quality, so reading
 * one keeps the entries of the shape that atproto knows, skips the rest, and is bounded; only a document that is not
 * one at all, or names another DID, is refused.
 */
import {fromBase58} from '#std/encoding/base58.ts'
import {Malformed} from '#std/malformed.ts'
import type {Curve} from '../crypto/primitives.ts'
import {parseMultikey, publicKeyOf, type PublicKey} from '../crypto/key.ts'
import {isDid, type Did} from '../syntax/did.ts'
import {isHandle, normalizeHandle, type Handle} from '../syntax/handle.ts'

/** One public key. `id` may be relative (`#atproto`) or absolute (`did:…#atproto`). */
export interface VerificationMethod {
  id: string
  type: string
  controller?: string
  publicKeyMultibase: string
}

/** One server. `id` may be relative (`#atproto_pds`) or absolute. */
export interface ServiceEntry {
  id: string
  type: string
  serviceEndpoint: string
}

/** The JSON shape of a DID document, with the members that atproto uses. */
export interface DidDocument {
  '@context'?: string[]
  id: Did
  alsoKnownAs?: string[]
  verificationMethod?: VerificationMethod[]
  service?: ServiceEntry[]
}

/** Entries of one list that are looked at, and characters of one text. Real documents have under ten and 300. */
const entriesMax = 100
const textMax = 2048
/**
 * Characters of all texts of a document. A directory takes operations of 7,500 bytes; whoever holds documents by the ten
 * thousand must be able to say how much memory that is.
 */
const documentTextMax = 16 * 1024

type Members = Record<string, unknown>

const isObject = (json: unknown): json is Members => typeof json === 'object' && json !== null && !Array.isArray(json)
const isText = (json: unknown): json is string => typeof json === 'string' && json.length <= textMax

function list(json: Members, name: string): unknown[] | undefined {
  const entries = json[name]
  if (entries === undefined || entries === null) return undefined
  if (!Array.isArray(entries)) throw new Malformed('did-document', 'not-a-list', `"${name}" is not a list`)
  if (entries.length > entriesMax) {
    throw new Malformed('did-document', 'too-many-entries', `"${name}" has more than ${entriesMax} entries`)
  }
  return entries
}

function readKeys(entries: unknown[] | undefined): VerificationMethod[] | undefined {
  return entries?.flatMap(entry => {
    if (!isObject(entry)) return []
    const {id, type, controller, publicKeyMultibase} = entry
    if (!isText(id) || !isText(type) || !isText(publicKeyMultibase)) return []
    return [{id, type, ...(isText(controller) ? {controller} : {}), publicKeyMultibase}]
  })
}

function readServices(entries: unknown[] | undefined): ServiceEntry[] | undefined {
  return entries?.flatMap(entry => {
    if (!isObject(entry)) return []
    const {id, type, serviceEndpoint} = entry
    return isText(id) && isText(type) && isText(serviceEndpoint) ? [{id, type, serviceEndpoint}] : []
  })
}

/**
 * Reads a document from parsed JSON. Entries of shapes that atproto does not use (other key encodings, services with
 * several endpoints) are left out. With `expected`, the DID that was resolved, a document of another DID is refused,
 * as the spec demands of whoever resolves. Throws `Malformed('did-document', …)`, also of one that says more than
 * 16,384 characters.
 */
export function parseDidDocument(json: unknown, expected?: Did): DidDocument {
  if (!isObject(json)) throw new Malformed('did-document', 'not-an-object', 'a DID document is a JSON object')
  const id = json.id
  if (typeof id !== 'string' || !isDid(id)) {
    throw new Malformed('did-document', 'no-did', '"id" is not a DID')
  }
  if (expected !== undefined && id !== expected) {
    throw new Malformed('did-document', 'other-did', `the document is of ${id}, not of ${expected}`)
  }
  const document: DidDocument = {id}
  const context = json['@context']
  if (Array.isArray(context)) document['@context'] = context.slice(0, entriesMax).filter(isText)
  const alsoKnownAs = list(json, 'alsoKnownAs')?.filter(isText)
  if (alsoKnownAs) document.alsoKnownAs = alsoKnownAs
  const keys = readKeys(list(json, 'verificationMethod'))
  if (keys) document.verificationMethod = keys
  const services = readServices(list(json, 'service'))
  if (services) document.service = services
  if (textSizeOf(document) > documentTextMax) {
    throw new Malformed('did-document', 'too-long', `the document has more than ${documentTextMax} characters`)
  }
  return document
}

/** How many characters the texts of a document have together: what it costs to hold, more or less. */
export function textSizeOf({
  id,
  alsoKnownAs = [],
  verificationMethod = [],
  service = [],
  ...rest
}: DidDocument): number {
  let size = id.length
  for (const text of rest['@context'] ?? []) size += text.length
  for (const text of alsoKnownAs) size += text.length
  for (const entry of [...verificationMethod, ...service]) for (const text of Object.values(entry)) size += text.length
  return size
}

const hasId = (document: DidDocument, id: string, name: string): boolean =>
  id === `#${name}` || id === `${document.id}#${name}`

/** Key types from before `Multikey`: the point alone, its curve named by the type (spec: DID, "Legacy Representation"). */
const legacyCurves: Readonly<Record<string, Curve>> = {
  EcdsaSecp256k1VerificationKey2019: 'k256',
  EcdsaSecp256r1VerificationKey2019: 'p256',
}

function legacyKey(curve: Curve, multibase: string): PublicKey | undefined {
  const point = multibase.startsWith('z') ? fromBase58(multibase.slice(1)) : undefined
  return point && publicKeyOf(curve, point)
}

function keyOf({type, publicKeyMultibase}: VerificationMethod): PublicKey | undefined {
  try {
    if (type === 'Multikey') return parseMultikey(publicKeyMultibase)
    return Object.hasOwn(legacyCurves, type) ? legacyKey(legacyCurves[type], publicKeyMultibase) : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/**
 * The first valid key named `#atproto`, or of another `name` (`atproto_label` signs labels). A key that names another
 * controller than the DID itself is none of its keys.
 */
export function signingKey(document: DidDocument, name = 'atproto'): PublicKey | undefined {
  for (const method of document.verificationMethod ?? []) {
    if (!hasId(document, method.id, name)) continue
    if (method.controller !== undefined && method.controller !== document.id) continue
    const key = keyOf(method)
    if (key) return key
  }
  return undefined
}

function webUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  return url.username || url.password || url.search || url.hash ? undefined : url
}

/**
 * The endpoint of the first service with this `id` (without `#`) and, when given, this `type`: an http or https URL
 * without user, query and fragment, and without a slash at its end. `undefined` when it is absent or no such URL.
 */
export function service(document: DidDocument, id: string, type?: string): string | undefined {
  const entry = document.service?.find(
    entry => hasId(document, entry.id, id) && (type === undefined || entry.type === type),
  )
  return entry && webUrl(entry.serviceEndpoint)?.href.replace(/\/$/, '')
}

/** The origin of the account's PDS, such as `https://pds.example.com`: scheme, host and port, never a path. */
export function pdsEndpoint(document: DidDocument): string | undefined {
  const endpoint = service(document, 'atproto_pds', 'AtprotoPersonalDataServer')
  return endpoint !== undefined && new URL(endpoint).origin === endpoint ? endpoint : undefined
}

/**
 * The handle that the document claims: the first syntactically valid one among its `at://` aliases, in lower case.
 * It is a claim only; whoever shows it must have resolved the handle back to this DID (spec: handle).
 */
export function handleOf(document: DidDocument): Handle | undefined {
  for (const alias of document.alsoKnownAs ?? []) {
    if (!alias.startsWith('at://')) continue
    const name = alias.slice('at://'.length)
    if (isHandle(name)) return normalizeHandle(name)
  }
  return undefined
}
