// Generated from lexicons/app/bsky/feed/getRepostedBy.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  /** Reference (AT-URI) of post record */
  uri: AtUri
  /** If supplied, filters to reposts of specific version (by CID) of the post record. */
  cid?: CidString
  limit?: number
  cursor?: string
}
export type Output = {
  uri: AtUri
  cid?: CidString
  cursor?: string
  repostedBy: actorDefs.ProfileView[]
}
export type ErrorName = never
/** Get a list of reposts for a given post. */
export const getRepostedBy: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getRepostedBy',
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
      repostedBy: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['uri', 'repostedBy'])),
  },
)

export {getRepostedBy as main}
