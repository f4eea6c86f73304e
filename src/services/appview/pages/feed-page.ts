/** Pages of feeds: hydrated, judged by the rules, and shown. */
import type {FeedViewPost} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {isBlocked, isMuted} from '../rules.ts'
import {type FeedItem, feedViewPost} from '../views/post.ts'

/** The numbers of everything that items of a feed are made of. */
export function* recordsOf(items: readonly FeedItem[]): Generator<number> {
  for (const {post, item} of items) {
    yield post
    if (item !== post) yield item
  }
}

/** Views of those items that `isKept` keeps and that are still there. */
export function feedViews(
  read: Hydration,
  items: readonly FeedItem[],
  isKept: (read: Hydration, item: FeedItem) => boolean,
): Plain<FeedViewPost>[] {
  const views: Plain<FeedViewPost>[] = []
  for (const item of items) {
    if (!isKept(read, item)) continue
    const view = feedViewPost(read, item)
    if (view) views.push(view)
  }
  return views
}

/** No block between the viewer and whoever wrote or reposted it. */
export function isWithoutBlock(read: Hydration, {post, item}: FeedItem): boolean {
  const author = read.records.get(post)?.actor
  const by = read.records.get(item)?.actor
  return author !== undefined && by !== undefined && !isBlocked(read, author) && !isBlocked(read, by)
}

/**
 * Whether an item is for a viewer who has not chosen its author to look at: no block, no mute, and no block between the
 * viewer and whom it answers.
 */
export function isForTimeline(read: Hydration, shown: FeedItem): boolean {
  if (!isWithoutBlock(read, shown)) return false
  const core = read.records.get(shown.post)
  const by = read.records.get(shown.item)
  if (!core || !by || isMuted(read, core.actor) || isMuted(read, by.actor)) return false
  const isRepost = shown.item !== shown.post
  const muted = read.relations.get(by.actor)?.muted
  if (isRepost && muted === 'reposts') return false
  if (!isRepost && muted === 'quoteposts' && core.quoted !== null) return false
  if (isRepost || core.parent === null) return true
  const parent = read.records.get(core.parent)
  if (!parent) return true
  if (isBlocked(read, parent.actor)) return false
  const answered = read.actorByDid(parent.answeredDid)
  return !answered || !isBlocked(read, answered.id)
}
