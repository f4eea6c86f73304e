/**
 * What a directory lets in, beyond what makes an operation valid. The specification and the directory that the
 * network uses differ, so both stand here as tables, and whoever runs a directory picks one. History is never held
 * to them: the log has operations from before each limit.
 */
import {fromBase58} from '#std/encoding/base58.ts'
import {Malformed} from '#std/malformed.ts'
import {parseDidKey} from '../crypto/key.ts'
import {encodeOperation, type PlcOperation, type PlcUpdate} from './operation.ts'

export interface PlcLimits {
  /** Bytes of the signed operation in DAG-CBOR. */
  sizeMax: number
  rotationKeysMin: number
  rotationKeysMax: number
  rotationKeysUnique: boolean
  /** The following limit entries, and the UTF-16 units of their texts. */
  alsoKnownAsMax: number
  alsoKnownAsLengthMax: number
  servicesMax: number
  serviceTypeLengthMax: number
  serviceEndpointLengthMax: number
  verificationMethodsMax: number
  verificationKeyLengthMax: number
  /** Of a service's or verification method's name. */
  idLengthMax: number
  /** Operations of one DID that stand (nullified ones aside) within each window; a recovery is let off. */
  rates: readonly {windowMs: number; max: number}[]
}

const hourMs = 3_600_000

/** did-method-plc v0.3.0. It states no more than these; the rest is open. */
export const specLimits: PlcLimits = {
  sizeMax: 7500,
  rotationKeysMin: 1,
  rotationKeysMax: 5,
  rotationKeysUnique: true,
  alsoKnownAsMax: Infinity,
  alsoKnownAsLengthMax: Infinity,
  servicesMax: Infinity,
  serviceTypeLengthMax: Infinity,
  serviceEndpointLengthMax: Infinity,
  verificationMethodsMax: Infinity,
  verificationKeyLengthMax: Infinity,
  idLengthMax: Infinity,
  rates: [],
}

/** What the network's own directory enforces. */
export const directoryLimits: PlcLimits = {
  sizeMax: 4000,
  rotationKeysMin: 0,
  rotationKeysMax: 10,
  rotationKeysUnique: false,
  alsoKnownAsMax: 10,
  alsoKnownAsLengthMax: 258,
  servicesMax: 10,
  serviceTypeLengthMax: 256,
  serviceEndpointLengthMax: 512,
  verificationMethodsMax: 10,
  verificationKeyLengthMax: 256,
  idLengthMax: 32,
  rates: [
    {windowMs: hourMs, max: 10},
    {windowMs: 24 * hourMs, max: 30},
    {windowMs: 7 * 24 * hourMs, max: 100},
  ],
}

/** The stricter of the two, limit by limit: what both would let in. */
export const strictLimits: PlcLimits = {
  ...directoryLimits,
  sizeMax: Math.min(specLimits.sizeMax, directoryLimits.sizeMax),
  rotationKeysMin: specLimits.rotationKeysMin,
  rotationKeysMax: specLimits.rotationKeysMax,
  rotationKeysUnique: specLimits.rotationKeysUnique,
}

export type LimitFault =
  | 'operation-too-big'
  | 'legacy-operation'
  | 'too-few-rotation-keys'
  | 'too-many-rotation-keys'
  | 'duplicate-rotation-key'
  | 'bad-rotation-key'
  | 'too-many-aliases'
  | 'alias-too-long'
  | 'duplicate-alias'
  | 'too-many-services'
  | 'service-id-too-long'
  | 'service-type-too-long'
  | 'service-endpoint-too-long'
  | 'too-many-verification-methods'
  | 'verification-id-too-long'
  | 'verification-key-too-long'
  | 'bad-verification-key'

/** The first limit that a newly offered operation breaks; `undefined` when a directory may take it. */
export function brokenLimit(operation: PlcOperation, limits: PlcLimits): LimitFault | undefined {
  if (encodeOperation(operation).length > limits.sizeMax) return 'operation-too-big'
  if (operation.type === 'create') return 'legacy-operation'
  if (operation.type === 'plc_tombstone') return undefined
  return (
    aliasFault(operation, limits) ??
    rotationFault(operation, limits) ??
    serviceFault(operation, limits) ??
    verificationFault(operation, limits)
  )
}

function aliasFault({alsoKnownAs}: PlcUpdate, limits: PlcLimits): LimitFault | undefined {
  if (alsoKnownAs.length > limits.alsoKnownAsMax) return 'too-many-aliases'
  if (alsoKnownAs.some(alias => alias.length > limits.alsoKnownAsLengthMax)) return 'alias-too-long'
  return new Set(alsoKnownAs).size < alsoKnownAs.length ? 'duplicate-alias' : undefined
}

function rotationFault({rotationKeys}: PlcUpdate, limits: PlcLimits): LimitFault | undefined {
  if (rotationKeys.length < limits.rotationKeysMin) return 'too-few-rotation-keys'
  if (rotationKeys.length > limits.rotationKeysMax) return 'too-many-rotation-keys'
  if (limits.rotationKeysUnique && new Set(rotationKeys).size < rotationKeys.length) return 'duplicate-rotation-key'
  return rotationKeys.every(canSign) ? undefined : 'bad-rotation-key'
}

function serviceFault({services}: PlcUpdate, limits: PlcLimits): LimitFault | undefined {
  const ids = Object.keys(services)
  if (ids.length > limits.servicesMax) return 'too-many-services'
  for (const id of ids) {
    if (id.length > limits.idLengthMax) return 'service-id-too-long'
    if (services[id].type.length > limits.serviceTypeLengthMax) return 'service-type-too-long'
    if (services[id].endpoint.length > limits.serviceEndpointLengthMax) return 'service-endpoint-too-long'
  }
  return undefined
}

function verificationFault({verificationMethods}: PlcUpdate, limits: PlcLimits): LimitFault | undefined {
  const ids = Object.keys(verificationMethods)
  if (ids.length > limits.verificationMethodsMax) return 'too-many-verification-methods'
  for (const id of ids) {
    if (id.length > limits.idLengthMax) return 'verification-id-too-long'
    if (verificationMethods[id].length > limits.verificationKeyLengthMax) return 'verification-key-too-long'
    if (!isAnyDidKey(verificationMethods[id])) return 'bad-verification-key'
  }
  return undefined
}

function canSign(didKey: string): boolean {
  try {
    parseDidKey(didKey)
    return true
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

/** A verification method may be a key of any kind, so only its spelling is looked at. */
const isAnyDidKey = (text: string): boolean =>
  text.startsWith('did:key:z') && text.length > 9 && fromBase58(text.slice(9)) !== undefined

/** The window in which one more operation now would be one too many, given when the operations that stand were taken. */
export const overRate = (
  takenMs: readonly number[],
  nowMs: number,
  {rates}: PlcLimits,
): PlcLimits['rates'][number] | undefined =>
  rates.find(({windowMs, max}) => takenMs.filter(ms => ms > nowMs - windowMs).length >= max)
