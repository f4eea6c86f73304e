// Generated from lexicons/app/bsky/video/finishUpload.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as videoDefs from './defs.ts'

export type Params = {}
export type Input = {
  jobId: string
}
export type Output = {
  /** The processing job to poll with getJobStatus; on deduplication this may differ from the input jobId. */
  completedJobId: string
  jobStatus: videoDefs.JobStatus
}
export type ErrorName =
  | 'UploadNotFound'
  | 'UploadExpired'
  | 'MissingParts'
  | 'UploadNotReady'
  | 'UnsupportedContentType'
  | 'UploadFailed'
  | 'UploadAborted'
  | 'ServiceOverloaded'
/**
 * Finish an upload. This call is idempotent and safe to retry. On deduplication completedJobId may differ from the
 * input jobId; poll getJobStatus with completedJobId. Probe-based validation failures surface later as JOB_STATE_FAILED
 * from getJobStatus, not as errors from this call.
 */
export const finishUpload: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.video.finishUpload',
  {
    input: lex.body('application/json', lex.object({
      jobId: lex.string({minLength: 1, maxLength: 256}),
    }, ['jobId'])),
    output: lex.body('application/json', lex.object({
      completedJobId: lex.string({minLength: 1, maxLength: 256}),
      jobStatus: lex.ref(() => videoDefs.jobStatus),
    }, ['completedJobId', 'jobStatus'])),
    errors: [
      'UploadNotFound',
      'UploadExpired',
      'MissingParts',
      'UploadNotReady',
      'UnsupportedContentType',
      'UploadFailed',
      'UploadAborted',
      'ServiceOverloaded',
    ],
  },
)

export {finishUpload as main}
