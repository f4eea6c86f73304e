/** A thread as a list of posts with their depth, in the order in which they are read. */
import type {ThreadItem} from '#lex/gen/app/bsky/unspecced/getPostThreadV2.ts'
import type {ThreadItemPost} from '#lex/gen/app/bsky/unspecced/defs.ts'
import type {Typed} from '#lex/schema/define.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import {isBlocked, isHiddenReply, isMuted} from '../rules.ts'
import {parentOf, parentUri, shownReply, type Thread} from '../pages/thread-page.ts'
import {blockedAuthor} from './post-parts.ts'
import {postView} from './post.ts'

export type Item = Plain<ThreadItem>

export interface Layout {
  readonly above: boolean
  readonly below: number
  /** How many replies each reply shows; the post itself shows all. */
  readonly branchingFactor: number
  readonly sort: string
}

/** A reply that says no more than that its author keeps the post. */
const pinText = '📌'

export function threadItems(thread: Thread, layout: Layout): Item[] {
  const {read, anchor} = thread
  if (isBlocked(read, anchor.actor)) return [blockedItem(thread, anchor, 0)]
  if (isForMembersOnly(thread, anchor)) return [membersItem(anchor.uri, 0)]
  const above = layout.above && !anchor.violatesGate ? itemsAbove(thread) : []
  const isCut = thread.above.length > 0 && above.length === 0
  const items = [...above, postItem(thread, anchor, 0, {moreParents: isCut, moreReplies: 0})].flatMap(one => one ?? [])
  if (!anchor.violatesGate) addBelow(thread, anchor, 1, layout, items)
  return items
}

/** Direct replies that are set aside: hidden by the thread's author, by muted accounts, or saying nothing. */
export const otherReplies = (thread: Thread): RecordCore[] =>
  (thread.replies.get(thread.anchor.id) ?? []).flatMap(id => {
    const core = shownReply(thread, id)
    return core && !isBlocked(thread.read, core.actor) && isSetAside(thread, core) ? core : []
  })

export const otherItems = (thread: Thread): {uri: string; depth: number; value: Plain<Typed<ThreadItemPost>>}[] =>
  sorted(thread, otherReplies(thread), 'top').flatMap(core => {
    const value = postValue(thread, core, {moreParents: false, moreReplies: 0})
    return value ? [{uri: core.uri, depth: 1, value}] : []
  })

const isSetAside = ({read}: Thread, core: RecordCore): boolean =>
  isHiddenReply(read, core) || isMuted(read, core.actor) || core.record.text === pinText

/** From the top down. It ends at a post that is gone or behind a block. */
function itemsAbove(thread: Thread): Item[] {
  const items: Item[] = []
  let core = thread.anchor
  for (let depth = -1; core.parent !== null && -depth <= thread.above.length; depth--) {
    const parent = parentOf(thread, core)
    if (parent === 'elsewhere') break
    if (parent === 'not-found') {
      const uri = parentUri(core)
      items.push({uri, depth, value: {$type: 'app.bsky.unspecced.defs#threadItemNotFound'}})
      break
    }
    if (parent === 'blocked') {
      const blocked = thread.read.records.get(core.parent)
      if (blocked) items.push(blockedItem(thread, blocked, depth))
      break
    }
    if (isForMembersOnly(thread, parent)) {
      items.push(membersItem(parent.uri, depth))
      break
    }
    const moreParents = parent.parent !== null && -depth === thread.above.length
    const item = postItem(thread, parent, depth, {moreParents, moreReplies: 0})
    if (!item) break
    items.push(item)
    core = parent
  }
  return items.toReversed()
}

/** Each reply is followed by those below it. */
function addBelow(thread: Thread, core: RecordCore, depth: number, layout: Layout, items: Item[]): void {
  if (depth > layout.below) return
  const replies = (thread.replies.get(core.id) ?? []).flatMap(id => {
    const reply = shownReply(thread, id)
    return reply && !isBlocked(thread.read, reply.actor) && !isSetAside(thread, reply) ? reply : []
  })
  const shown = sorted(thread, replies, layout.sort)
  const limit = depth === 1 ? shown.length : layout.branchingFactor
  for (const reply of shown.slice(0, limit)) {
    if (isForMembersOnly(thread, reply)) {
      items.push(membersItem(reply.uri, depth))
      continue
    }
    const below = depth === layout.below ? undefined : (thread.replies.get(reply.id)?.length ?? 0)
    const moreReplies =
      below === undefined || below < reply.replies
        ? reply.replies - (below ?? 0)
        : Math.max(0, below - layout.branchingFactor)
    const item = postItem(thread, reply, depth, {moreParents: false, moreReplies})
    if (!item) continue
    items.push(item)
    addBelow(thread, reply, depth + 1, layout, items)
  }
}

/** First where the thread's author goes on, then the author, the viewer, whom the viewer follows; then as asked. */
function sorted(thread: Thread, replies: readonly RecordCore[], sort: string): RecordCore[] {
  const {read, root, likedByAuthor, chain} = thread
  const author = read.records.get(root)?.actor
  const links = new Set(chain)
  const rank = ({id, actor}: RecordCore): number => {
    if (links.has(id)) return 0
    if (actor === author) return 1
    if (actor === read.viewer?.id) return 2
    return read.relations.get(actor)?.following === undefined ? 4 : 3
  }
  const score = ({id, likes}: RecordCore): number => Math.log(3 + likes) * (likedByAuthor.has(id) ? 1.45 : 1)
  return replies.toSorted((a, b) => {
    const byRank = rank(a) - rank(b)
    if (byRank !== 0) return byRank
    if (sort === 'newest') return b.sortMs - a.sortMs
    if (sort === 'oldest') return a.sortMs - b.sortMs
    return score(b) - score(a) || b.sortMs - a.sortMs
  })
}

interface More {
  readonly moreParents: boolean
  readonly moreReplies: number
}

function postItem(thread: Thread, core: RecordCore, depth: number, more: More): Item | undefined {
  const value = postValue(thread, core, more)
  return value && {uri: core.uri, depth, value}
}

function postValue({read, chain}: Thread, core: RecordCore, more: More): Plain<Typed<ThreadItemPost>> | undefined {
  const post = postView(read, core.id)
  if (!post) return undefined
  const index = chain.indexOf(core.id)
  return {
    $type: 'app.bsky.unspecced.defs#threadItemPost',
    post,
    ...more,
    opThread: index >= 0,
    opThreadPostIndex: index >= 0 ? index + 1 : undefined,
    opThreadPostCount: index >= 0 ? chain.length : undefined,
    hiddenByThreadgate: isHiddenReply(read, core),
    mutedByViewer: isMuted(read, core.actor),
  }
}

const blockedItem = ({read}: Thread, core: RecordCore, depth: number): Item => ({
  uri: core.uri,
  depth,
  value: {$type: 'app.bsky.unspecced.defs#threadItemBlocked', author: blockedAuthor(read, core)},
})

const membersItem = (uri: string, depth: number): Item => ({
  uri,
  depth,
  value: {$type: 'app.bsky.unspecced.defs#threadItemNoUnauthenticated'},
})

/** Whether its author asks not to be shown to those who are not signed in. */
const isForMembersOnly = ({read}: Thread, {actor}: RecordCore): boolean =>
  !read.viewer && (read.actors.get(actor)?.labels.some(({val}) => val === '!no-unauthenticated') ?? false)
