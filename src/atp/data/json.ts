/**
 * The JSON spelling of the data model (spec: data model, "JSON representation"): links as `{"$link": …}`, bytes as
 * `{"$bytes": …}`, blobs checked for their shape. Maps and arrays are copied, never changed in place.
 */
import {fromBase64, toBase64} from '#std/encoding/base64.ts'
import {Malformed} from '#std/malformed.ts'
import {Cid, cidFromText, codecs} from './cid.ts'
import {isMap, setMember, type Value, type ValueMap} from './value.ts'

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonMap
export interface JsonMap {
  [key: string]: JsonValue
}

export const jsonLimits = {
  /** UTF-16 units of text. */
  sizeMax: 10_000_000,
  /** Objects and arrays within one another. A thread view nests its parents, of which a caller may ask for 1,000. */
  depthMax: 1_024,
} as const

/**
 * Reads JSON text whose top level is an object, as that of every record, input and output is. Throws
 * `Malformed('json', …)` for text that is not JSON, and as `jsonToValue` does.
 */
export function parseJson(text: string): ValueMap {
  if (text.length > jsonLimits.sizeMax) refuse('too-big', `${text.length} units of text`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    refuse('syntax', (error as Error).message)
  }
  const value = jsonToValue(json)
  return isMap(value) ? value : refuse('not-an-object', 'the top level must be an object')
}

/**
 * The value that parsed JSON stands for. Throws `Malformed('json', …)` for floats, unsafe integers, lone surrogates,
 * ill-formed `$link`, `$bytes`, `$type` and blobs, what JSON cannot hold, and nesting beyond `jsonLimits`.
 */
export const jsonToValue = (json: unknown): Value => read(json, 1, false)

/**
 * As `jsonToValue`, for answers of other servers that show what repositories already hold: floats pass, and a map whose
 * `$`-members are ill-formed stays a plain map.
 */
export const jsonToValueLenient = (json: unknown): Value => read(json, 1, true)

function refuse(reason: string, detail: string): never {
  throw new Malformed('json', reason, detail)
}

function read(json: unknown, depth: number, lenient: boolean): Value {
  if (typeof json === 'string') {
    return json.isWellFormed() ? json : lenient ? json.toWellFormed() : refuse('bad-utf8', 'a lone surrogate')
  }
  if (typeof json === 'number') {
    if (Number.isSafeInteger(json)) return json + 0 // −0 becomes 0
    return lenient && Number.isFinite(json) ? json : refuse('not-an-integer', `${json} is no integer within 2^53 - 1`)
  }
  if (json === null || typeof json === 'boolean') return json
  if (typeof json !== 'object') refuse('not-json', `a ${typeof json}`)
  if (depth > jsonLimits.depthMax) refuse('too-deep', `more than ${jsonLimits.depthMax} levels`)
  if (Array.isArray(json)) {
    const items: Value[] = []
    for (const item of json as unknown[]) items.push(read(item, depth + 1, lenient))
    return items
  }
  return readMap(json as Record<string, unknown>, depth, lenient)
}

function readMap(json: Record<string, unknown>, depth: number, lenient: boolean): Value {
  const keys = Object.keys(json)
  if (json.$link !== undefined && Object.hasOwn(json, '$link')) {
    const cid = keys.length === 1 && typeof json.$link === 'string' ? cidFromText(json.$link) : undefined
    if (cid) return cid
    if (!lenient) refuse('bad-link', '"$link" must be a CID of dag-cbor or raw with SHA-256, and stand alone')
  }
  if (json.$bytes !== undefined && Object.hasOwn(json, '$bytes')) {
    const bytes = keys.length === 1 && typeof json.$bytes === 'string' ? fromBase64(json.$bytes) : undefined
    if (bytes) return bytes
    if (!lenient) refuse('bad-bytes', '"$bytes" must be base64, and stand alone')
  }
  const map: ValueMap = {}
  for (const key of keys) {
    if (json[key] === undefined) continue
    if (!key.isWellFormed()) refuse('bad-utf8', 'a lone surrogate in a key')
    setMember(map, key, read(json[key], depth + 1, lenient))
  }
  if (!lenient) checkType(map)
  return map
}

/** `$type` names a type, and what calls itself a blob must be one (spec: data model, "blob type"). */
function checkType(map: ValueMap): void {
  if (!Object.hasOwn(map, '$type')) return
  const {$type, ref, mimeType, size} = map
  if (typeof $type !== 'string' || $type === '') refuse('bad-type', '"$type" must be a text, and not empty')
  if ($type !== 'blob') return
  // A size of −1 marks a reference carried over from the form that had none.
  const sized = typeof size === 'number' && size >= -1
  if (!(ref instanceof Cid) || ref.codec !== codecs.raw || typeof mimeType !== 'string' || mimeType === '' || !sized) {
    refuse('bad-blob', 'a blob needs "ref" (a link to raw bytes), "mimeType" (a text) and "size" (an integer)')
  }
}

/**
 * The JSON form of a value, for `JSON.stringify`; members that are `undefined` are left out. Straight from CBOR to
 * JSON text it is several times faster to use `cborToJson`.
 */
export function valueToJson(value: Value): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Cid) return value.toJSON()
  if (value instanceof Uint8Array) return {$bytes: toBase64(value)}
  if (Array.isArray(value)) return value.map(valueToJson)
  const json: JsonMap = {}
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) setMember(json as ValueMap, key, valueToJson(value[key]) as Value)
  }
  return json
}
