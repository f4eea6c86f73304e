/**
 * What people tell only this AppView: whom they mute, what they bookmark, what they have seen, what they have begun to
 * write. No repository holds it, so it cannot be made again: keep it. Doing something twice is doing it once.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {RecordLink} from '../../index/record-indexer.ts'
import type {PageRow, Position} from '../position.ts'

/** Mutes are of everything, unless one of these says of what. */
export interface MuteScope {
  readonly onlyReposts?: boolean
  readonly onlyQuoteposts?: boolean
}

/** Lists that people keep here; `id` on a page is the number of the account, or of the list for `listMutes`. */
export type PrivateList = 'mutes' | 'listMutes' | 'subscriptions'

/** `id` is the number of the post. */
export interface Bookmark extends Position {
  readonly uri: string
  /** The version that was bookmarked. */
  readonly cid: string
}

/** Drafts that an account may keep. */
export const draftsMax = 500

/** `id` is the number of the row, `ms` the time of the last change. */
export interface KeptDraft extends PageRow {
  readonly tid: Tid
  /** As it was given, as JSON. */
  readonly body: string
  readonly createdMs: number
}

export interface PrivateStore {
  /** A page of one of a viewer's lists, the newest first. Mutes of reposts or quotes alone are not among `mutes`. */
  page(what: PrivateList, viewer: Did, after: Position, limit: number): Promise<Position[]>
  /** Mutes an account anew, as far as the scope says. */
  mute(viewer: Did, subject: number, scope: MuteScope): Promise<void>
  unmute(viewer: Did, subject: number): Promise<void>
  /** Mutes the accounts on a list, or a thread by its first post; or no longer. The record need not be there yet. */
  mark(what: 'list_mute' | 'thread_mute', viewer: Did, of: RecordLink, isMarked: boolean): Promise<void>

  /** A page of what a viewer has bookmarked, the newest first: also what is gone since. */
  bookmarks(viewer: Did, after: Position, limit: number): Promise<Bookmark[]>
  /** Bookmarks a version of a post, which counts for the post; without `cid`, no longer. */
  bookmark(viewer: Did, post: RecordLink, cid: string | undefined): Promise<void>

  /** Wishes to hear of an account's posts, or replies too; with neither, no longer. */
  subscribe(viewer: Did, subject: Did, wish: {readonly post: boolean; readonly reply: boolean}): Promise<void>
  /** Up to when the viewer has seen their notifications; `undefined` when never. */
  seenMs(viewer: Did): Promise<number | undefined>
  setSeen(viewer: Did, seenMs: number): Promise<void>
  /** Notification preferences, as JSON of those that were changed. */
  preferences(viewer: Did): Promise<string | undefined>
  /** Changes some preferences and leaves the others; gives all that were ever changed. */
  putPreferences(viewer: Did, changed: object): Promise<string>

  /** Drafts, those changed last first; fewer than asked for when they are big. */
  drafts(viewer: Did, after: Position, limit: number): Promise<KeptDraft[]>
  /** Keeps a draft and gives its name; `full` when the account has `draftsMax`. */
  createDraft(viewer: Did, body: string): Promise<Tid | 'full'>
  /** Changes a draft; one that is not there stays so. */
  updateDraft(viewer: Did, tid: Tid, body: string): Promise<void>
  removeDraft(viewer: Did, tid: Tid): Promise<void>
}
