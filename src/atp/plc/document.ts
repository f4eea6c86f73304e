/** The DID document of a did:plc identity, as a directory serves it (spec: did-method-plc v0.3.0, "Presentation"). */
import {Malformed} from '#std/malformed.ts'
import type {Curve} from '../crypto/primitives.ts'
import {parseDidKey} from '../crypto/key.ts'
import type {DidDocument} from '../identity/did-document.ts'
import type {Did} from '../syntax/did.ts'
import type {PlcData} from './operation.ts'

const contexts: Readonly<Record<Curve, string>> = {
  k256: 'https://w3id.org/security/suites/secp256k1-2019/v1',
  p256: 'https://w3id.org/security/suites/ecdsa-2019/v1',
}

function curveOf(didKey: string): Curve | undefined {
  try {
    return parseDidKey(didKey).curve
  } catch (error) {
    // A verification method may be of any kind of key; one that is not known here has no context of its own.
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Keys get absolute ids and services relative ones: that is how the network's directory writes them. */
export function documentOf(did: Did, data: PlcData): DidDocument {
  const context = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1']
  for (const didKey of Object.values(data.verificationMethods)) {
    const curve = curveOf(didKey)
    if (curve && !context.includes(contexts[curve])) context.push(contexts[curve])
  }
  return {
    '@context': context,
    id: did,
    alsoKnownAs: data.alsoKnownAs,
    verificationMethod: Object.entries(data.verificationMethods).map(([name, didKey]) => ({
      id: `${did}#${name}`,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: didKey.replace(/^did:key:/, ''),
    })),
    service: Object.entries(data.services).map(([name, {type, endpoint}]) => ({
      id: `#${name}`,
      type,
      serviceEndpoint: endpoint,
    })),
  }
}
