/** Posts as clients see them, alone and as items of a feed. */
import type {FeedViewPost, PostView, ReplyRef, ThreadgateView} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import type {Threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import type {Typed} from '#lex/schema/define.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import type {JsonOf} from '../hydration/record-json.ts'
import {hasGate, isBlocked, isEmbeddingDisabled, isReplyDisabled, shownPost} from '../rules.ts'
import {embedView} from './embed.ts'
import {listViewBasic} from './list-basic.ts'
import {blockedPost, notFoundPost} from './post-parts.ts'
import {profileViewBasic} from './profile.ts'

/** `undefined` when the post is gone or too big, or its author is not shown. Blocks are for the caller to see to. */
export function postView(read: Hydration, id: number): Plain<Typed<PostView>> | undefined {
  const core = shownPost(read, id)
  const author = core && profileViewBasic(read, core.actor)
  if (!core || !author || !read.fits(core)) return undefined
  return {
    $type: 'app.bsky.feed.defs#postView',
    uri: core.uri,
    cid: core.cid,
    author,
    record: core.record,
    embed: embedView(read, core),
    bookmarkCount: core.bookmarks,
    replyCount: core.replies,
    repostCount: core.reposts,
    likeCount: core.likes,
    quoteCount: core.quotes,
    indexedAt: core.indexedAt,
    viewer: postViewerState(read, core),
    labels: core.labels,
    threadgate: threadgateView(read, core),
  }
}

function postViewerState(read: Hydration, core: RecordCore): Plain<PostView>['viewer'] {
  if (!read.viewer) return undefined
  const {id, root, actor} = core
  const marks = read.marks.get(id)
  const pinned = read.viewer.profile?.pinnedPost
  return {
    repost: marks?.repost,
    like: marks?.like,
    bookmarked: marks?.bookmarked ?? false,
    threadMuted: read.mutedThreads.has(root ?? id),
    replyDisabled: hasGate(read, core) ? isReplyDisabled(read, core) : undefined,
    embeddingDisabled: isEmbeddingDisabled(read, core),
    pinned: pinned && read.viewer.id === actor ? pinned.uri === core.uri : undefined,
  }
}

/** The gate before a post, on the first post of its thread. */
export function threadgateView(read: Hydration, {threadgate}: RecordCore): Plain<ThreadgateView> | undefined {
  const gate = threadgate === null ? undefined : read.records.get(threadgate)
  if (!gate || !read.fits(gate)) return undefined
  const lists: Plain<ThreadgateView>['lists'] = ((gate.record as unknown as JsonOf<Threadgate>).allow ?? []).flatMap(
    rule => {
      if (rule.$type !== 'app.bsky.feed.threadgate#listRule') return []
      const list = read.embedded((rule as {list: string}).list)
      return (list && listViewBasic(read, list.id)) ?? []
    },
  )
  return {uri: gate.uri, cid: gate.cid, record: gate.record, lists}
}

/** What a feed says of an item besides the post. */
export interface FeedItem {
  /** The number of the post. */
  readonly post: number
  /** The number of the repost by which it is here; the post's own when it is here by itself. */
  readonly item: number
  readonly isPin?: boolean
  readonly feedContext?: string
  readonly reqId?: string
}

/** `undefined` when the post, or the repost it is here by, is not shown. */
export function feedViewPost(read: Hydration, item: FeedItem): Plain<FeedViewPost> | undefined {
  const post = postView(read, item.post)
  if (!post) return undefined
  let reason: Plain<FeedViewPost>['reason']
  if (item.isPin) reason = {$type: 'app.bsky.feed.defs#reasonPin'}
  else if (item.item !== item.post) {
    const repost = read.records.get(item.item)
    const by = repost && profileViewBasic(read, repost.actor)
    if (!repost || !by) return undefined
    const {uri, cid, indexedAt} = repost
    reason = {$type: 'app.bsky.feed.defs#reasonRepost', by, uri, cid, indexedAt}
  }
  const core = read.records.get(item.post)
  return {
    post,
    // What the gate of its thread keeps out is shown as a post by itself.
    reply: !core || core.violatesGate ? undefined : replyRef(read, core),
    reason,
    feedContext: item.feedContext,
    reqId: item.reqId,
  }
}

function replyRef(read: Hydration, core: RecordCore): Plain<ReplyRef> | undefined {
  const {reply} = core.record as unknown as JsonOf<Post>
  if (core.root === null || core.parent === null || !reply) return undefined
  const grandparent = read.actorByDid(read.records.get(core.parent)?.answeredDid)
  return {
    root: maybePost(read, core, core.root, reply.root.uri),
    parent: maybePost(read, core, core.parent, reply.parent.uri),
    grandparentAuthor: grandparent && profileViewBasic(read, grandparent.id),
  }
}

/** A post that `from` answers, or what stands in its place. */
function maybePost(read: Hydration, from: RecordCore, id: number, uri: string): Plain<ReplyRef>['parent'] {
  const core = shownPost(read, id)
  if (!core) return notFoundPost(uri)
  if (isBlocked(read, core.actor) || read.areBlocked(from.actor, core.actor)) return blockedPost(read, core)
  return postView(read, id) ?? notFoundPost(uri)
}
