// Generated from lexicons/network/bsky/jetstream/getZstdDictionary.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The ID of the dictionary; the current one when left out. */
  id?: number
}
export type Output = lex.Binary
export type ErrorName = 'DictionaryNotFound'
/**
 * The zstd dictionary for the frames of subscribeEvents (RFC 8878, section 5). One ID always stands for the same bytes.
 */
export const getZstdDictionary: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'network.bsky.jetstream.getZstdDictionary',
  {
    params: lex.params({
      id: lex.integer({minimum: 1}),
    }),
    output: lex.body('application/octet-stream'),
    errors: ['DictionaryNotFound'],
  },
)

export {getZstdDictionary as main}
