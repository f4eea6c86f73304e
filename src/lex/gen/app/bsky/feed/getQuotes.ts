// Generated from lexicons/app/bsky/feed/getQuotes.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** Reference (AT-URI) of post record */
  uri: AtUri
  /** If supplied, filters to quotes of specific version (by CID) of the post record. */
  cid?: CidString
  limit?: number
  cursor?: string
}
export type Output = {
  uri: AtUri
  cid?: CidString
  cursor?: string
  posts: feedDefs.PostView[]
}
export type ErrorName = never
/** Get a list of quotes for a given post. */
export const getQuotes: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getQuotes',
  {
    params: lex.params({
      uri: lex.string({format: 'at-uri'}),
      cid: lex.string({format: 'cid'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['uri']),
    output: lex.body('application/json', lex.object({
      uri: lex.string({format: 'at-uri'}),
      cid: lex.string({format: 'cid'}),
      cursor: lex.string(),
      posts: lex.array(lex.ref(() => feedDefs.postView)),
    }, ['uri', 'posts'])),
  },
)

export {getQuotes as main}
