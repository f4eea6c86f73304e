// Generated from lexicons/tools/ozone/verification/revokeVerifications.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Array of verification record uris to revoke */
  uris: AtUri[]
  /** Reason for revoking the verification. This is optional and can be omitted if not needed. */
  revokeReason?: string
}
export type Output = {
  /** List of verification uris successfully revoked */
  revokedVerifications: AtUri[]
  /** List of verification uris that couldn't be revoked, including failure reasons */
  failedRevocations: RevokeError[]
}
export type ErrorName = never
/** Revoke previously granted verifications in batches of up to 100. */
export const revokeVerifications: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.verification.revokeVerifications',
  {
    input: lex.body('application/json', lex.object({
      uris: lex.array(lex.string({format: 'at-uri'}), {maxLength: 100}),
      revokeReason: lex.string({maxLength: 1000}),
    }, ['uris'])),
    output: lex.body('application/json', lex.object({
      revokedVerifications: lex.array(lex.string({format: 'at-uri'})),
      failedRevocations: lex.array(lex.ref(() => revokeError)),
    }, ['revokedVerifications', 'failedRevocations'])),
  },
)

/** Error object for failed revocations */
export type RevokeError = {
  $type?: 'tools.ozone.verification.revokeVerifications#revokeError'
  /** The AT-URI of the verification record that failed to revoke. */
  uri: AtUri
  /** Description of the error that occurred during revocation. */
  error: string
}
export const revokeError: lex.ObjectSchema<RevokeError> = lex.typed('tools.ozone.verification.revokeVerifications#revokeError', {
  uri: lex.string({format: 'at-uri'}),
  error: lex.string(),
}, ['uri', 'error'])

export {revokeVerifications as main}
