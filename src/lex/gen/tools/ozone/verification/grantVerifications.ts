// Generated from lexicons/tools/ozone/verification/grantVerifications.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'
import * as verificationDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** Array of verification requests to process */
  verifications: VerificationInput[]
}
export type Output = {
  verifications: verificationDefs.VerificationView[]
  failedVerifications: GrantError[]
}
export type ErrorName = never
/** Grant verifications to multiple subjects. Allows batch processing of up to 100 verifications at once. */
export const grantVerifications: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.verification.grantVerifications',
  {
    input: lex.body('application/json', lex.object({
      verifications: lex.array(lex.ref(() => verificationInput), {maxLength: 100}),
    }, ['verifications'])),
    output: lex.body('application/json', lex.object({
      verifications: lex.array(lex.ref(() => verificationDefs.verificationView)),
      failedVerifications: lex.array(lex.ref(() => grantError)),
    }, ['verifications', 'failedVerifications'])),
  },
)

export type VerificationInput = {
  $type?: 'tools.ozone.verification.grantVerifications#verificationInput'
  /** The did of the subject being verified */
  subject: Did
  /** Handle of the subject the verification applies to at the moment of verifying. */
  handle: Handle
  /** Display name of the subject the verification applies to at the moment of verifying. */
  displayName: string
  /** Timestamp for verification record. Defaults to current time when not specified. */
  createdAt?: Datetime
}
export const verificationInput: lex.ObjectSchema<VerificationInput> = lex.typed('tools.ozone.verification.grantVerifications#verificationInput', {
  subject: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
}, ['subject', 'handle', 'displayName'])

/** Error object for failed verifications. */
export type GrantError = {
  $type?: 'tools.ozone.verification.grantVerifications#grantError'
  /** Error message describing the reason for failure. */
  error: string
  /** The did of the subject being verified */
  subject: Did
}
export const grantError: lex.ObjectSchema<GrantError> = lex.typed('tools.ozone.verification.grantVerifications#grantError', {
  error: lex.string(),
  subject: lex.string({format: 'did'}),
}, ['error', 'subject'])

export {grantVerifications as main}
