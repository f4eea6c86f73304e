// Generated from lexicons/app/bsky/feed/getLikes.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  /** AT-URI of the subject (eg, a post record). */
  uri: AtUri
  /** CID of the subject record (aka, specific version of record), to filter likes. */
  cid?: CidString
  limit?: number
  cursor?: string
}
export type Output = {
  uri: AtUri
  cid?: CidString
  cursor?: string
  likes: Like[]
}
export type ErrorName = never
/** Get like records which reference a subject (by AT-URI and CID). */
export const getLikes: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getLikes',
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
      likes: lex.array(lex.ref(() => like)),
    }, ['uri', 'likes'])),
  },
)

export type Like = {
  $type?: 'app.bsky.feed.getLikes#like'
  indexedAt: Datetime
  createdAt: Datetime
  actor: actorDefs.ProfileView
}
export const like: lex.ObjectSchema<Like> = lex.typed('app.bsky.feed.getLikes#like', {
  indexedAt: lex.string({format: 'datetime'}),
  createdAt: lex.string({format: 'datetime'}),
  actor: lex.ref(() => actorDefs.profileView),
}, ['indexedAt', 'createdAt', 'actor'])

export {getLikes as main}
