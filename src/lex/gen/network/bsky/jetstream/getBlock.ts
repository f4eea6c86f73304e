// Generated from lexicons/network/bsky/jetstream/getBlock.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The name of the segment's file. */
  segment: string
  /** Its place in the segment. */
  blockIndex: number
}
export type Output = lex.Binary
export type ErrorName = 'SegmentNotFound' | 'BlockNotFound'
/** One block of a sealed segment: its zstd frame, as it is stored. */
export const getBlock: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'network.bsky.jetstream.getBlock',
  {
    params: lex.params({
      segment: lex.string(),
      blockIndex: lex.integer({minimum: 0}),
    }, ['segment', 'blockIndex']),
    output: lex.body('application/octet-stream'),
    errors: ['SegmentNotFound', 'BlockNotFound'],
  },
)

export {getBlock as main}
