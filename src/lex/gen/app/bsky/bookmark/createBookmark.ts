// Generated from lexicons/app/bsky/bookmark/createBookmark.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  uri: AtUri
  cid: CidString
}
export type Output = undefined
export type ErrorName = 'UnsupportedCollection'
/**
 * Creates a private bookmark for the specified record. Currently, only `app.bsky.feed.post` records are supported.
 * Requires authentication.
 */
export const createBookmark: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.bookmark.createBookmark',
  {
    input: lex.body('application/json', lex.object({
      uri: lex.string({format: 'at-uri'}),
      cid: lex.string({format: 'cid'}),
    }, ['uri', 'cid'])),
    errors: ['UnsupportedCollection'],
  },
)

export {createBookmark as main}
