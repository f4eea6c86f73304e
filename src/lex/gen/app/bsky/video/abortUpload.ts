// Generated from lexicons/app/bsky/video/abortUpload.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  jobId: string
}
export type Output = {
  state: 'aborted' | 'completed' | 'failed' | 'expired' | (string & {})
  /** Present only when state is completed. */
  completedJobId?: string
  /** Present only when state is failed. */
  failureReason?: string
}
export type ErrorName = 'UploadNotFound' | 'UploadNotReady'
/**
 * Abort an upload only while it is created, releasing its quota reservation immediately. Terminal sessions are
 * unchanged and return their terminal outcome. A finishing session returns UploadNotReady.
 */
export const abortUpload: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.video.abortUpload',
  {
    input: lex.body('application/json', lex.object({
      jobId: lex.string({minLength: 1, maxLength: 256}),
    }, ['jobId'])),
    output: lex.body('application/json', lex.object({
      state: lex.string({
        maxLength: 32,
        knownValues: ['aborted', 'completed', 'failed', 'expired'],
      }),
      completedJobId: lex.string({minLength: 1, maxLength: 256}),
      failureReason: lex.string({maxLength: 1024}),
    }, ['state'])),
    errors: ['UploadNotFound', 'UploadNotReady'],
  },
)

export {abortUpload as main}
