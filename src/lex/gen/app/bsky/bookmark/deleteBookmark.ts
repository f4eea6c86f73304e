// Generated from lexicons/app/bsky/bookmark/deleteBookmark.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  uri: AtUri
}
export type Output = undefined
export type ErrorName = 'UnsupportedCollection'
/**
 * Deletes a private bookmark for the specified record. Currently, only `app.bsky.feed.post` records are supported.
 * Requires authentication.
 */
export const deleteBookmark: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.bookmark.deleteBookmark',
  {
    input: lex.body('application/json', lex.object({
      uri: lex.string({format: 'at-uri'}),
    }, ['uri'])),
    errors: ['UnsupportedCollection'],
  },
)

export {deleteBookmark as main}
