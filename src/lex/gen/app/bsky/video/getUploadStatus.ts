// Generated from lexicons/app/bsky/video/getUploadStatus.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as videoDefs from './defs.ts'

export type Params = {
  jobId: string
}
export type Output = {
  jobId: string
  partSizeBytes: number
  partCount: number
  receivedParts: number[]
  expiresAt: Datetime
  state:
    | 'created'
    | 'finishing'
    | 'completed'
    | 'failed'
    | 'aborted'
    | 'expired'
    | (string & {})
  /** Present only when state is completed; may differ from jobId on deduplication. */
  completedJobId?: string
  /** Present only when state is completed. */
  jobStatus?: videoDefs.JobStatus
  /** Present only when state is failed. */
  failureReason?: string
}
export type ErrorName = 'UploadNotFound'
/**
 * Get the authoritative status of the upload phase. Terminal states remain readable. completedJobId and jobStatus are
 * present only for completed sessions; failureReason is present only for failed sessions.
 */
export const getUploadStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.video.getUploadStatus',
  {
    params: lex.params({
      jobId: lex.string({minLength: 1, maxLength: 256}),
    }, ['jobId']),
    output: lex.body('application/json', lex.object({
      jobId: lex.string({minLength: 1, maxLength: 256}),
      partSizeBytes: lex.integer(),
      partCount: lex.integer(),
      receivedParts: lex.array(lex.integer({minimum: 1})),
      expiresAt: lex.string({format: 'datetime'}),
      state: lex.string({
        maxLength: 32,
        knownValues: ['created', 'finishing', 'completed', 'failed', 'aborted', 'expired'],
      }),
      completedJobId: lex.string({minLength: 1, maxLength: 256}),
      jobStatus: lex.ref(() => videoDefs.jobStatus),
      failureReason: lex.string({maxLength: 1024}),
    }, [
      'jobId',
      'partSizeBytes',
      'partCount',
      'receivedParts',
      'expiresAt',
      'state',
    ])),
    errors: ['UploadNotFound'],
  },
)

export {getUploadStatus as main}
