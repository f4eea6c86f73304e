// Generated from lexicons/app/bsky/video/startUpload.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Exact byte size of the complete upload-ready video file before it is split into parts. */
  sizeBytes: number
  /** Declared MIME type of the video. */
  mimeType: string
  /** Optional client-provided file name. */
  name?: string
  /**
   * Advisory, non-authoritative duration used only for early failure; the authoritative probe runs asynchronously after
   * upload.
   */
  durationMs?: number
  /**
   * Advisory, non-authoritative width used only for early failure; the authoritative probe runs asynchronously after
   * upload.
   */
  width?: number
  /**
   * Advisory, non-authoritative height used only for early failure; the authoritative probe runs asynchronously after
   * upload.
   */
  height?: number
}
export type Output = {
  jobId: string
  partSizeBytes: number
  partCount: number
  expiresAt: Datetime
}
export type ErrorName =
  | 'UnsupportedContentType'
  | 'VideoTooLarge'
  | 'VideoTooLong'
  | 'BadAspectRatio'
  | 'DailyLimitExceeded'
  | 'TooManyOpenUploads'
  | 'UploadForbidden'
  | 'ServiceOverloaded'
/**
 * Start a multipart video upload. The declared size is exact, while optional media properties are advisory and used
 * only for early failure; the authoritative probe runs asynchronously after upload.
 */
export const startUpload: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.video.startUpload',
  {
    input: lex.body('application/json', lex.object({
      sizeBytes: lex.integer({minimum: 1}),
      mimeType: lex.string({minLength: 3, maxLength: 255}),
      name: lex.string({maxLength: 256}),
      durationMs: lex.integer(),
      width: lex.integer(),
      height: lex.integer(),
    }, ['sizeBytes', 'mimeType'])),
    output: lex.body('application/json', lex.object({
      jobId: lex.string({minLength: 1, maxLength: 256}),
      partSizeBytes: lex.integer(),
      partCount: lex.integer(),
      expiresAt: lex.string({format: 'datetime'}),
    }, ['jobId', 'partSizeBytes', 'partCount', 'expiresAt'])),
    errors: [
      'UnsupportedContentType',
      'VideoTooLarge',
      'VideoTooLong',
      'BadAspectRatio',
      'DailyLimitExceeded',
      'TooManyOpenUploads',
      'UploadForbidden',
      'ServiceOverloaded',
    ],
  },
)

export {startUpload as main}
