/** A thread as a tree of posts, as the first version of it shows it. */
import type {ThreadViewPost} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Typed} from '#lex/schema/define.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import {textOf} from '../hydration/record-json.ts'
import {isBlocked} from '../rules.ts'
import {parentOf, parentUri, shownReply, type Thread} from '../pages/thread-page.ts'
import {blockedPost, notFoundPost} from './post-parts.ts'
import {postView} from './post.ts'

type View = Plain<Typed<ThreadViewPost>>
type Place = NonNullable<Plain<ThreadViewPost>['parent']>

export function threadView(thread: Thread): Place {
  const {read, anchor} = thread
  if (isBlocked(read, anchor.actor)) return blockedPost(read, anchor)
  const view = viewOf(thread, anchor)
  if (!view) return notFoundPost(anchor.uri)
  if (anchor.violatesGate) return view
  const parent = parentView(thread, anchor, thread.above.length)
  return {...view, parent, replies: repliesView(thread, anchor, thread.depth)}
}

function viewOf({read, root, likedByAuthor}: Thread, {id}: RecordCore): View | undefined {
  const post = postView(read, id)
  if (!post) return undefined
  const rkey = likedByAuthor.get(id)
  const author = read.records.get(root)?.did
  const rootAuthorLike =
    rkey === undefined || author === undefined ? undefined : textOf('at://', author, '/app.bsky.feed.like/', rkey)
  return {$type: 'app.bsky.feed.defs#threadViewPost', post, threadContext: {rootAuthorLike}}
}

function parentView(thread: Thread, core: RecordCore, height: number): Place | undefined {
  if (core.parent === null || height === 0) return undefined
  const parent = parentOf(thread, core)
  if (parent === 'elsewhere') return undefined
  if (parent === 'not-found') return notFoundPost(parentUri(core))
  if (parent === 'blocked') {
    const blocked = thread.read.records.get(core.parent)
    return blocked && blockedPost(thread.read, blocked)
  }
  const view = viewOf(thread, parent)
  return view && {...view, parent: parentView(thread, parent, height - 1)}
}

/** Newest first, `depth` levels of them. `undefined` where they were not read. */
function repliesView(thread: Thread, core: RecordCore, depth: number): Place[] | undefined {
  const {read, replies} = thread
  const below = replies.get(core.id) ?? (core.replies > 0 ? undefined : [])
  if (depth === 0 || !below) return undefined
  return below
    .flatMap(reply => shownReply(thread, reply) ?? [])
    .toSorted((a, b) => b.sortMs - a.sortMs)
    .flatMap<Place>(reply => {
      if (isBlocked(read, reply.actor)) return blockedPost(read, reply)
      const view = viewOf(thread, reply)
      return view ? {...view, replies: repliesView(thread, reply, depth - 1)} : []
    })
}
