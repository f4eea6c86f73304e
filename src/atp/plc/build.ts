/**
 * Making operations: an identity for an account, a change to it, its end. Everything here is signed and ready to be
 * posted to a directory; the directory has the last word on whether it may be added (`log.ts`).
 */
import {assert} from '#std/assert.ts'
import type {Keypair} from '../crypto/key.ts'
import type {Did} from '../syntax/did.ts'
import type {Handle} from '../syntax/handle.ts'
import {
  dataOf,
  genesisDid,
  operationCid,
  signOperation,
  type PlcData,
  type PlcOperation,
  type PlcTombstone,
  type PlcUpdate,
} from './operation.ts'

/** What an atproto account puts into its identity. */
export interface AtprotoIdentity {
  handle: Handle
  /** did:key of the key that signs the repo. */
  signingKey: string
  /** URL of the account's server, `https://pds.example.com`. */
  pds: string
  /** did:key texts, the most powerful first. */
  rotationKeys: string[]
}

/** `data` with the given parts of an atproto identity changed and all else, such as other services, kept. */
export function withIdentity(data: PlcData, change: Partial<AtprotoIdentity>): PlcData {
  const {handle, signingKey, pds, rotationKeys} = change
  const next = {...data}
  if (rotationKeys) next.rotationKeys = rotationKeys
  if (signingKey) next.verificationMethods = {...data.verificationMethods, atproto: signingKey}
  if (pds) {
    next.services = {...data.services, atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: pds}}
  }
  if (handle) {
    const at = data.alsoKnownAs.findIndex(alias => alias.startsWith('at://'))
    next.alsoKnownAs = at < 0 ? [`at://${handle}`, ...data.alsoKnownAs] : data.alsoKnownAs.with(at, `at://${handle}`)
  }
  return next
}

/** What a new atproto account's identity holds. */
export const atprotoData = (identity: AtprotoIdentity): PlcData =>
  withIdentity({rotationKeys: [], verificationMethods: {}, alsoKnownAs: [], services: {}}, identity)

/** Begins an identity. `signer` must be one of its rotation keys. */
export function createIdentity(data: PlcData, signer: Keypair): {did: Did; operation: PlcUpdate} {
  const operation = signOperation<PlcUpdate>({type: 'plc_operation', ...data, prev: null}, signer)
  return {did: genesisDid(operation), operation}
}

/**
 * Changes an identity. `previous` is the operation to follow: the last that stands, or an older one to recover from
 * what came after it. `signer` must be one of the rotation keys that `previous` states.
 */
export function updateIdentity(previous: PlcOperation, change: (data: PlcData) => PlcData, signer: Keypair): PlcUpdate {
  const data = dataOf(previous)
  assert(data, 'no operation follows a tombstone')
  return signOperation<PlcUpdate>({type: 'plc_operation', ...change(data), prev: operationCid(previous)}, signer)
}

/** Ends an identity after `previous`. A stronger key than `signer` can take it back for 72 hours. */
export const tombstoneIdentity = (previous: PlcOperation, signer: Keypair): PlcTombstone =>
  signOperation<PlcTombstone>({type: 'plc_tombstone', prev: operationCid(previous)}, signer)
