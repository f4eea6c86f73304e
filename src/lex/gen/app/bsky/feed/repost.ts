// Generated from lexicons/app/bsky/feed/repost.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/** Record representing a 'repost' of an existing Bluesky post. */
export type Repost = {
  $type: 'app.bsky.feed.repost'
  subject: repoStrongRef.StrongRef
  createdAt: Datetime
  via?: repoStrongRef.StrongRef
}
export const repost: lex.RecordSchema<Repost, Tid> = lex.record('app.bsky.feed.repost', 'tid', lex.object({
  subject: lex.ref(() => repoStrongRef.main),
  createdAt: lex.string({format: 'datetime'}),
  via: lex.ref(() => repoStrongRef.main),
}, ['subject', 'createdAt']))

export {repost as main}
