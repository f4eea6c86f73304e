// Generated from lexicons/network/bsky/jetstream/importTimestamps.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Of a CSV file within the server's folder for imports. */
  path: string
}
export type Output = {
  /** What getImportStatus is asked with. */
  job: string
}
export type ErrorName = 'ImportInProgress' | 'ImportNotReady' | 'InvalidPath'
/**
 * Begins to give events other times to be told with, from a file on the server. Asked for with the bearer token of the
 * server's settings; without one there nobody may.
 */
export const importTimestamps: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'network.bsky.jetstream.importTimestamps',
  {
    input: lex.body('application/json', lex.object({
      path: lex.string(),
    }, ['path'])),
    output: lex.body('application/json', lex.object({
      job: lex.string(),
    }, ['job'])),
    errors: ['ImportInProgress', 'ImportNotReady', 'InvalidPath'],
  },
)

export {importTimestamps as main}
