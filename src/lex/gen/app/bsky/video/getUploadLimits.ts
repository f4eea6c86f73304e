// Generated from lexicons/app/bsky/video/getUploadLimits.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  canUpload: boolean
  remainingDailyVideos?: number
  remainingDailyBytes?: number
  message?: string
  error?: string
}
export type ErrorName = never
/** Get video upload limits for the authenticated user. */
export const getUploadLimits: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.video.getUploadLimits',
  {
    output: lex.body('application/json', lex.object({
      canUpload: lex.boolean(),
      remainingDailyVideos: lex.integer(),
      remainingDailyBytes: lex.integer(),
      message: lex.string(),
      error: lex.string(),
    }, ['canUpload'])),
  },
)

export {getUploadLimits as main}
