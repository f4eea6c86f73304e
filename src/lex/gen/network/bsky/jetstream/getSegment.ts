// Generated from lexicons/network/bsky/jetstream/getSegment.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The name of its file, such as seg_000000002a.jss. */
  name: string
}
export type Output = lex.Binary
export type ErrorName = 'SegmentNotFound'
/** A sealed segment, as it is stored. Parts of it can be asked for (Range). */
export const getSegment: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'network.bsky.jetstream.getSegment',
  {
    params: lex.params({
      name: lex.string(),
    }, ['name']),
    output: lex.body('application/octet-stream'),
    errors: ['SegmentNotFound'],
  },
)

export {getSegment as main}
