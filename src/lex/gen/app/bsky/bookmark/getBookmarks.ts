// Generated from lexicons/app/bsky/bookmark/getBookmarks.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as bookmarkDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  bookmarks: bookmarkDefs.BookmarkView[]
}
export type ErrorName = never
/** Gets views of records bookmarked by the authenticated user. Requires authentication. */
export const getBookmarks: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.bookmark.getBookmarks',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      bookmarks: lex.array(lex.ref(() => bookmarkDefs.bookmarkView)),
    }, ['bookmarks'])),
  },
)

export {getBookmarks as main}
