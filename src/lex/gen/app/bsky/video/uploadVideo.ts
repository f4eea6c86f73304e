// Generated from lexicons/app/bsky/video/uploadVideo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as videoDefs from './defs.ts'

export type Params = {}
export type Input = lex.Binary
export type Output = {
  jobStatus: videoDefs.JobStatus
}
export type ErrorName = never
/** Upload a video to be processed then stored on the PDS. */
export const uploadVideo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.video.uploadVideo',
  {
    input: lex.body('video/mp4'),
    output: lex.body('application/json', lex.object({
      jobStatus: lex.ref(() => videoDefs.jobStatus),
    }, ['jobStatus'])),
  },
)

export {uploadVideo as main}
