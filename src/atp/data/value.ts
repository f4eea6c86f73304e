/** The atproto data model as JavaScript values (spec: data model). JSON and DAG-CBOR are two spellings of these. */
import {Cid} from './cid.ts'

/** Integers only: there are no floats in the data model. `undefined` members are not data and are never decoded. */
export type Value = null | boolean | number | string | Uint8Array | Cid | Value[] | ValueMap
export interface ValueMap {
  [key: string]: Value
}

/** A blob reference as it stands in a record (spec: data model, "blob type"). */
export interface BlobRef {
  $type: 'blob'
  ref: Cid
  mimeType: string
  /** Bytes. */
  size: number
}

export const isMap = (value: unknown): value is ValueMap =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Cid)

/** Sets a member whatever its name: a plain assignment to `__proto__` would change the object's prototype instead. */
export function setMember(map: ValueMap, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, {value, enumerable: true, configurable: true, writable: true})
  } else map[key] = value
}

export const isBlobRef = (value: unknown): value is BlobRef =>
  isMap(value) &&
  value.$type === 'blob' &&
  value.ref instanceof Cid &&
  typeof value.mimeType === 'string' &&
  typeof value.size === 'number'
