/**
 * What is said of an operation that is not taken: in the words of the network's own directory where it has any, for
 * clients show them and some look for them. Where those words go on with something of their own, ours go on with why.
 */
import type {LimitFault, PlcLimits} from '#atp/plc/limits.ts'
import type {LogFault} from '#atp/plc/log.ts'
import {refused, type Explained} from '#std/result.ts'

/** Why an operation is not taken. `not-an-operation` stands for all that the parser says. */
export type RefusalReason = LimitFault | LogFault | 'not-an-operation' | 'rate-limit' | 'busy'

const misordered = 'Operations not correctly ordered'
const unsigned = 'Invalid signature on op: '
const notValid = 'Not a valid operation: '
const windows: Readonly<Record<number, string>> = {3_600_000: 'hour', 86_400_000: 'day', 604_800_000: 'week'}

/** A sentence that ends in a colon goes on with the detail. */
const sentences: Readonly<Record<RefusalReason, (limits: PlcLimits) => string>> = {
  'not-an-operation': () => notValid,
  'legacy-operation': () => notValid,
  'legacy-not-genesis': () => notValid,
  'operation-too-big': ({sizeMax}) => `Operation too large (${sizeMax} bytes maximum in cbor encoding)`,
  'too-many-aliases': ({alsoKnownAsMax}) => `To many alsoKnownAs entries (max ${alsoKnownAsMax})`,
  'alias-too-long': ({alsoKnownAsLengthMax}) => `alsoKnownAs entry too long (max ${alsoKnownAsLengthMax})`,
  'duplicate-alias': () => 'duplicate alsoKnownAs entry',
  'too-few-rotation-keys': ({rotationKeysMin}) => `Too few rotationKey entries (min ${rotationKeysMin})`,
  'too-many-rotation-keys': ({rotationKeysMax}) => `Too many rotationKey entries (max ${rotationKeysMax})`,
  'duplicate-rotation-key': () => 'duplicate rotationKey entry',
  'bad-rotation-key': () => 'Invalid rotationKey',
  'too-many-services': ({servicesMax}) => `To many service entries (max ${servicesMax})`,
  'service-id-too-long': ({idLengthMax}) => `Service id too long (max ${idLengthMax})`,
  'service-type-too-long': ({serviceTypeLengthMax}) => `Service type too long (max ${serviceTypeLengthMax})`,
  'service-endpoint-too-long': ({serviceEndpointLengthMax}) =>
    `Service endpoint too long (max ${serviceEndpointLengthMax})`,
  'too-many-verification-methods': ({verificationMethodsMax}) =>
    `Too many Verification Method entries (max ${verificationMethodsMax})`,
  'verification-id-too-long': ({idLengthMax}) => `Verification Method id too long (max ${idLengthMax})`,
  'verification-key-too-long': ({verificationKeyLengthMax}) =>
    `Verification Method key too long (max ${verificationKeyLengthMax})`,
  'bad-verification-key': () => 'Invalid verificationMethod key',
  'signature-padded': () => unsigned,
  'signature-not-base64url': () => unsigned,
  'signature-spare-bits': () => unsigned,
  'signature-not-64-bytes': () => unsigned,
  'signature-der': () => unsigned,
  'signature-high-s': () => unsigned,
  'signature-by-no-key': () => unsigned,
  'recovery-by-weaker-key': () => unsigned,
  'recovery-too-late': () => 'Recovery operation occurred outside of the allowed 72 hr recovery window',
  'genesis-tombstone': () => misordered,
  'genesis-with-prev': () => 'Improperly formatted operation, expected null prev on create: ',
  'genesis-of-other-did': () => 'Hash of genesis operation does not match DID identifier: ',
  'prev-missing': () => misordered,
  'prev-unknown': () => misordered,
  'prev-nullified': () => misordered,
  'prev-tombstoned': () => misordered,
  'time-not-after': () => misordered,
  'rate-limit': () => '',
  busy: () => 'Proposed prev does not match the most recent operation',
}

/** The message for a refusal, beside which `reason` and `detail` are given as they are. */
export function messageOf({reason, detail}: Explained<RefusalReason>, limits: PlcLimits): string {
  const sentence = sentences[reason](limits)
  return sentence === '' || sentence.endsWith(': ') ? sentence + detail : sentence
}

export const overRateRefusal = ({windowMs, max}: PlcLimits['rates'][number]): Explained<'rate-limit'> =>
  refused('rate-limit', `To many operations within last ${windows[windowMs]} (max ${max})`)
