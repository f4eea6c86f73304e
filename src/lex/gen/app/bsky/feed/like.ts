// Generated from lexicons/app/bsky/feed/like.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/** Record declaring a 'like' of a piece of subject content. */
export type Like = {
  $type: 'app.bsky.feed.like'
  subject: repoStrongRef.StrongRef
  createdAt: Datetime
  via?: repoStrongRef.StrongRef
}
export const like: lex.RecordSchema<Like, Tid> = lex.record('app.bsky.feed.like', 'tid', lex.object({
  subject: lex.ref(() => repoStrongRef.main),
  createdAt: lex.string({format: 'datetime'}),
  via: lex.ref(() => repoStrongRef.main),
}, ['subject', 'createdAt']))

export {like as main}
