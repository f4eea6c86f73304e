// Generated from lexicons/app/bsky/video/getJobStatus.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as videoDefs from './defs.ts'

export type Params = {
  jobId: string
}
export type Output = {
  jobStatus: videoDefs.JobStatus
}
export type ErrorName = never
/** Get status details for a video processing job. */
export const getJobStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.video.getJobStatus',
  {
    params: lex.params({
      jobId: lex.string(),
    }, ['jobId']),
    output: lex.body('application/json', lex.object({
      jobStatus: lex.ref(() => videoDefs.jobStatus),
    }, ['jobStatus'])),
  },
)

export {getJobStatus as main}
