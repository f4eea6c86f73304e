// Generated from lexicons/app/bsky/video/uploadPart.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  jobId: string
  partNumber: number
}
export type Input = lex.Binary
export type Output = {
  partNumber: number
  sizeBytes: number
}
export type ErrorName =
  | 'UploadNotFound'
  | 'UploadExpired'
  | 'InvalidPartNumber'
  | 'PartSizeMismatch'
  | 'UploadNotReady'
  | 'UploadFailed'
  | 'UploadAborted'
  | 'UploadAlreadyCompleted'
  | 'ServiceOverloaded'
/**
 * Upload one part. Parts are idempotent and may be retried or re-sent while the session is created. Each expected
 * length is derived from the upload size and part size, and Content-Length must match exactly. ETags are never exposed
 * to clients.
 */
export const uploadPart: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.video.uploadPart',
  {
    params: lex.params({
      jobId: lex.string({minLength: 1, maxLength: 256}),
      partNumber: lex.integer({minimum: 1}),
    }, ['jobId', 'partNumber']),
    input: lex.body('application/octet-stream'),
    output: lex.body('application/json', lex.object({
      partNumber: lex.integer({minimum: 1}),
      sizeBytes: lex.integer(),
    }, ['partNumber', 'sizeBytes'])),
    errors: [
      'UploadNotFound',
      'UploadExpired',
      'InvalidPartNumber',
      'PartSizeMismatch',
      'UploadNotReady',
      'UploadFailed',
      'UploadAborted',
      'UploadAlreadyCompleted',
      'ServiceOverloaded',
    ],
  },
)

export {uploadPart as main}
