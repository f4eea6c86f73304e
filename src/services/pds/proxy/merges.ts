/**
 * How news is put into the answers of an AppView, method by method: what an account has written that the AppView has not
 * read, in the place where the AppView will show it.
 */
import {getActorLikes} from '#lex/gen/app/bsky/feed/getActorLikes.ts'
import {getAuthorFeed} from '#lex/gen/app/bsky/feed/getAuthorFeed.ts'
import {getPostThread} from '#lex/gen/app/bsky/feed/getPostThread.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getProfiles} from '#lex/gen/app/bsky/actor/getProfiles.ts'
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {isJson, type Json, type LocalPost, type LocalViews, type News} from './local-views.ts'

/** Asks the AppView in the account's name. Gives the body of the answer, or undefined of a refusal. */
export type ReadMore = (nsid: Nsid, params: URLSearchParams) => Promise<unknown>

/** Puts news into the body of an answer; false when none of it belongs there. */
export type Merge = (
  body: Json,
  news: News,
  params: URLSearchParams,
  views: LocalViews,
  readMore: ReadMore,
) => boolean | Promise<boolean>

const threadView = 'app.bsky.feed.defs#threadViewPost'

const isOwn = ({did, handle}: News, actor: string | null): boolean => actor === did || actor?.toLowerCase() === handle
const isReply = ({record}: LocalPost): boolean => isJson(record.reply)
const hasMedia = ({record: {embed}}: LocalPost): boolean => isJson(embed) && embed.$type !== 'app.bsky.embed.record'
const partsOf = (list: unknown): Json[] => (Array.isArray(list) ? list.filter(isJson) : [])

const mergeProfile: Merge = (body, {did, profile}, _, views) => {
  if (body.did !== did || !profile) return false
  Object.assign(body, views.profile({description: undefined, banner: undefined, ...body}))
  return true
}

const mergeProfiles: Merge = (body, ...more) => {
  const merged = partsOf(body.profiles).map(profile => mergeProfile(profile, ...more))
  return merged.includes(true)
}

/** Shows the account's own posts in a feed under its new name and picture. */
function mergeAuthors(body: Json, {did, profile}: News, views: LocalViews): boolean {
  if (!profile) return false
  let isMerged = false
  for (const {post} of partsOf(body.feed)) {
    if (!isJson(post) || !isJson(post.author) || post.author.did !== did) continue
    post.author = views.profile(post.author)
    isMerged = true
  }
  return isMerged
}

/** Each post goes above what is older. */
function mergeFeed(body: Json, posts: readonly LocalPost[], views: LocalViews): boolean {
  if (!Array.isArray(body.feed)) return false
  const feed = partsOf(body.feed)
  const shown = new Set(feed.map(({post}) => isJson(post) && post.uri))
  let isMerged = false
  for (const post of posts.toReversed()) {
    if (shown.has(post.uri)) continue
    const at = feed.findIndex(item => timeOf(item) <= post.indexedAt)
    feed.splice(at < 0 ? feed.length : at, 0, {post: views.post(post)})
    isMerged = true
  }
  if (isMerged) body.feed = feed
  return isMerged
}

function timeOf({post, reason}: Json): string {
  const time = isJson(reason) && 'indexedAt' in reason ? reason.indexedAt : isJson(post) ? post.indexedAt : ''
  return typeof time === 'string' ? time : ''
}

const mergeAuthorFeed: Merge = (body, news, params, views) => {
  if (!isOwn(news, params.get('actor'))) return false
  const isRenamed = mergeAuthors(body, news, views)
  if (params.has('cursor')) return isRenamed
  const filter = params.get('filter')
  const posts = news.posts.filter(post => {
    if (filter === 'posts_no_replies') return !isReply(post)
    if (filter === 'posts_with_media') return hasMedia(post)
    if (filter === 'posts_with_video') return false
    return true
  })
  return mergeFeed(body, posts, views) || isRenamed
}

const mergeActorLikes: Merge = (body, news, _, views) => mergeAuthors(body, news, views)

const mergeTimeline: Merge = (body, news, params, views) => !params.has('cursor') && mergeFeed(body, news.posts, views)

/** Own answers to posts of the thread, each below the post that it answers; or the thread of an own post not seen yet. */
const mergeThread: Merge = async (body, news, params, views, readMore) => {
  const {thread, error} = body
  if (error !== 'NotFound') return isJson(thread) && thread.$type === threadView && mergeReplies(thread, news, views)
  const [, authority = '', rkey] =
    /^at:\/\/([^/]+)\/app\.bsky\.feed\.post\/([^/]+)$/.exec(params.get('uri') ?? '') ?? []
  const post = isOwn(news, authority) ? news.posts.find(({uri}) => uri.endsWith(`/${rkey}`)) : undefined
  if (!post) return false
  const own = threadOf(post, views)
  mergeReplies(own, news, views)
  await addParents(own, post, news, params, views, readMore)
  delete body.error
  delete body.message
  body.thread = own
  return true
}

function mergeReplies(thread: Json, news: News, views: LocalViews): boolean {
  let isMerged = false
  // Oldest first, so that an answer to an own answer finds it.
  for (const post of news.posts.toReversed()) {
    const parent = parentOf(post)
    const above = parent === undefined ? undefined : postOf(thread, parent)
    if (!above || postOf(thread, post.uri)) continue
    above.replies = [threadOf(post, views), ...(Array.isArray(above.replies) ? above.replies : [])]
    isMerged = true
  }
  return isMerged
}

/** Puts above a post what it answers: own posts that are as new, and above those what the AppView knows. */
async function addParents(
  thread: Json,
  post: LocalPost,
  {posts}: News,
  params: URLSearchParams,
  views: LocalViews,
  readMore: ReadMore,
): Promise<void> {
  let top = thread
  let parent = parentOf(post)
  // What answers itself in a ring is new as a whole: each is met once.
  const left = new Map(posts.map(each => [each.uri, each]))
  for (let own; parent !== undefined && (own = left.get(parent)); parent = parentOf(own)) {
    left.delete(parent)
    const view = threadOf(own, views)
    top.parent = view
    top = view
  }
  if (parent === undefined) return
  const height = params.get('parentHeight')
  const asked = new URLSearchParams({uri: parent, depth: '0', ...(height !== null && {parentHeight: height})})
  const above = await readMore(getPostThread.nsid, asked)
  if (isJson(above) && isJson(above.thread)) top.parent = above.thread
}

function parentOf({record: {reply}}: LocalPost): string | undefined {
  const parent = isJson(reply) && isJson(reply.parent) ? reply.parent.uri : undefined
  return typeof parent === 'string' ? parent : undefined
}

/** A thread of this post alone. */
const threadOf = (post: LocalPost, views: LocalViews): Json => ({
  $type: threadView,
  post: views.post(post),
  replies: [],
})

/** The post of that address in a thread or below it. The depth is the AppView's, which is a hundred or less. */
function postOf(thread: Json, uri: string): Json | undefined {
  if (isJson(thread.post) && thread.post.uri === uri) return thread
  for (const reply of partsOf(thread.replies)) {
    const found = postOf(reply, uri)
    if (found) return found
  }
  return undefined
}

/** By method. */
export const merges: Readonly<Record<string, Merge>> = {
  [getActorLikes.nsid]: mergeActorLikes,
  [getAuthorFeed.nsid]: mergeAuthorFeed,
  [getPostThread.nsid]: mergeThread,
  [getProfile.nsid]: mergeProfile,
  [getProfiles.nsid]: mergeProfiles,
  [getTimeline.nsid]: mergeTimeline,
}

/** Methods that posts are put into, and not names alone. */
export const showPosts: ReadonlySet<string> = new Set([getAuthorFeed.nsid, getPostThread.nsid, getTimeline.nsid])
