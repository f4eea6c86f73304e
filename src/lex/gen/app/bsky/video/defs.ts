// Generated from lexicons/app/bsky/video/defs.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type JobStatus = {
  $type?: 'app.bsky.video.defs#jobStatus'
  jobId: string
  did: Did
  /**
   * The state of the video processing job. All values not listed as a known value indicate that the job is in process.
   */
  state:
    | 'JOB_STATE_CREATED'
    | 'JOB_STATE_ENCODING'
    | 'JOB_STATE_ENCODED'
    | 'JOB_STATE_SCANNING'
    | 'JOB_STATE_SCANNED'
    | 'JOB_STATE_UPLOADING'
    | 'JOB_STATE_UPLOADED'
    | 'JOB_STATE_COMPLETED'
    | 'JOB_STATE_FAILED'
    | (string & {})
  /** Progress within the current processing state. */
  progress?: number
  blob?: BlobRef
  error?: string
  /** A machine-readable code for why the video processing job failed. */
  failureCode?:
    | 'validation_failure'
    | 'encoding_failure'
    | 'pds_upload_failure'
    | 'pds_upload_unsupported_blob_size'
    | 'generic_failure'
    | (string & {})
  message?: string
}
export const jobStatus: lex.ObjectSchema<JobStatus> = lex.typed('app.bsky.video.defs#jobStatus', {
  jobId: lex.string(),
  did: lex.string({format: 'did'}),
  state: lex.string({
    knownValues: [
      'JOB_STATE_CREATED',
      'JOB_STATE_ENCODING',
      'JOB_STATE_ENCODED',
      'JOB_STATE_SCANNING',
      'JOB_STATE_SCANNED',
      'JOB_STATE_UPLOADING',
      'JOB_STATE_UPLOADED',
      'JOB_STATE_COMPLETED',
      'JOB_STATE_FAILED',
    ],
  }),
  progress: lex.integer({minimum: 0, maximum: 100}),
  blob: lex.blob(),
  error: lex.string(),
  failureCode: lex.string({
    knownValues: [
      'validation_failure',
      'encoding_failure',
      'pds_upload_failure',
      'pds_upload_unsupported_blob_size',
      'generic_failure',
    ],
  }),
  message: lex.string(),
}, ['jobId', 'did', 'state'])
