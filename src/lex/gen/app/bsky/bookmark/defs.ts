// Generated from lexicons/app/bsky/bookmark/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from '../feed/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/** Object used to store bookmark data in stash. */
export type Bookmark = {
  $type?: 'app.bsky.bookmark.defs#bookmark'
  /** A strong ref to the record to be bookmarked. Currently, only `app.bsky.feed.post` records are supported. */
  subject: repoStrongRef.StrongRef
}
export const bookmark: lex.ObjectSchema<Bookmark> = lex.typed('app.bsky.bookmark.defs#bookmark', {
  subject: lex.ref(() => repoStrongRef.main),
}, ['subject'])

export type BookmarkView = {
  $type?: 'app.bsky.bookmark.defs#bookmarkView'
  /** A strong ref to the bookmarked record. */
  subject: repoStrongRef.StrongRef
  createdAt?: Datetime
  item:
    | lex.Typed<feedDefs.BlockedPost>
    | lex.Typed<feedDefs.NotFoundPost>
    | lex.Typed<feedDefs.PostView>
    | lex.Other
}
export const bookmarkView: lex.ObjectSchema<BookmarkView> = lex.typed('app.bsky.bookmark.defs#bookmarkView', {
  subject: lex.ref(() => repoStrongRef.main),
  createdAt: lex.string({format: 'datetime'}),
  item: lex.union(() => [feedDefs.blockedPost, feedDefs.notFoundPost, feedDefs.postView]),
}, ['subject', 'item'])
