/**
 * Lets people see at once what they have just written. An AppView says by the header `Atproto-Repo-Rev` up to which
 * commit it has read the account's repository; what is newer here is put into its answer: the profile, and posts into
 * the author's feed, the timeline and threads.
 */
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {valueToJson, type JsonMap} from '#atp/data/json.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {isTid, tidMicros, tidOf, type Tid} from '#atp/syntax/tid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {readBytes} from '#xrpc/body.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import {isJson, LocalViews, quotedBy, type Json, type LocalPost, type News} from './local-views.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'

const postCollection = 'app.bsky.feed.post' as Nsid
const profileCollection = 'app.bsky.actor.profile' as Nsid
const getPostThread = 'app.bsky.feed.getPostThread'
const bodySizeMax = 10_000_000
const lagMaxMs = 300_000
/** More than this has nobody written since an AppView last looked, unless it has long been away. */
const postsMax = 10

export interface ReadAfterWriteOptions {
  accounts: Pick<AccountStore, 'byDid'>
  repos: Pick<RepoStore, 'head' | 'recent'>
  world: Pick<World, 'now'>
  publicUrl: string
}

/** Asks the AppView in the account's name. Gives the body of the answer, or undefined of a refusal. */
export type ReadMore = (nsid: Nsid, params: URLSearchParams) => Promise<unknown>

/** Puts news into the body of an answer; false when none of it belongs there. */
type Merge = (body: Json, news: News, params: URLSearchParams, views: LocalViews) => boolean

export class ReadAfterWrite {
  readonly #options: ReadAfterWriteOptions

  constructor(options: ReadAfterWriteOptions) {
    this.#options = options
  }

  /** Whether answers to this method may be changed. The AppView is then asked for them without a content encoding. */
  covers(nsid: string): boolean {
    return Object.hasOwn(merges, nsid)
  }

  /** The AppView's answer with what `did` has written since, or as it is. */
  async merged(did: Did, nsid: string, request: Request, response: Response, readMore: ReadMore): Promise<Response> {
    const {url, method} = request
    const seen = method === 'GET' && this.covers(nsid) ? this.#seenRev(nsid, response) : undefined
    const news = seen && (await this.#newsSince(did, seen))
    if (!news) return response
    const views = await this.#views(news, readMore)
    const {status, headers} = response
    const bytes = await readBytes(response.body, bodySizeMax, tooBig)
    const body = bodyOf(bytes)
    if (!body || !merges[nsid](body, news, new URL(url).searchParams, views)) {
      return new Response(bytes, {status, headers})
    }
    const changed = new Headers(headers)
    changed.delete('content-length')
    changed.set('atproto-upstream-lag', String(Math.max(0, this.#options.world.now() - news.newestMs)))
    return new Response(JSON.stringify(body), {headers: changed})
  }

  /** With what the AppView knows about the author and about what is quoted. */
  async #views(news: News, readMore: ReadMore): Promise<LocalViews> {
    const {publicUrl} = this.#options
    if (news.posts.length === 0) return new LocalViews(publicUrl, news, undefined, [])
    const uris = new Set(news.posts.map(quotedBy).filter(uri => uri !== undefined))
    const quotes = new URLSearchParams([...uris].map(uri => ['uris', uri]))
    const [profile, found] = await Promise.all([
      readMore(getProfile.nsid, new URLSearchParams({actor: news.did})),
      uris.size > 0 ? readMore(getPosts.nsid, quotes) : undefined,
    ])
    const posts = isJson(found) && Array.isArray(found.posts) ? found.posts.filter(isJson) : []
    return new LocalViews(publicUrl, news, profile, posts)
  }

  /** Up to where the AppView has read. A refusal does not say; then a few minutes are taken to be its lag. */
  #seenRev(nsid: string, {status, headers}: Response): Tid | undefined {
    const rev = headers.get('atproto-repo-rev')
    if (rev !== null) return status === 200 && isTid(rev) ? rev : undefined
    if (nsid !== getPostThread || status !== 400) return undefined
    return tidOf((this.#options.world.now() - lagMaxMs) * 1000, 0)
  }

  async #newsSince(did: Did, seen: Tid): Promise<News | undefined> {
    const {accounts, repos} = this.#options
    const head = await repos.head(did)
    // Nearly always the AppView has it all.
    if (!head || head.rev <= seen) return undefined
    const account = await accounts.byDid(did)
    if (!account) return undefined
    const [profile] = await repos.recent(did, profileCollection, seen, 1)
    const posts = await repos.recent(did, postCollection, seen, postsMax)
    return {
      did,
      handle: account.handle ?? invalidHandle,
      newestMs: Math.floor(tidMicros(head.rev) / 1000),
      profile: profile?.path === `${profileCollection}/self` ? recordOf(profile.bytes) : undefined,
      posts: posts.map(({path, cid, bytes, rev}) => ({
        uri: `at://${did}/${path}`,
        cid: cid.toString(),
        record: recordOf(bytes),
        indexedAt: datetimeOf(Math.floor(tidMicros(rev) / 1000)),
      })),
    }
  }
}

function bodyOf(bytes: Uint8Array): Json | undefined {
  try {
    const json: unknown = JSON.parse(fromUtf8(bytes) ?? '')
    return isJson(json) ? json : undefined
  } catch {
    return undefined
  }
}

const tooBig = (): XrpcError => new XrpcError('UpstreamFailure', 'The response of the AppView is too large.')

const recordOf = (bytes: Uint8Array): JsonMap => valueToJson(decodeCbor(bytes)) as JsonMap

const isOwn = ({did, handle}: News, actor: string | null): boolean => actor === did || actor?.toLowerCase() === handle
const isReply = ({record}: LocalPost): boolean => isJson(record.reply)
const hasMedia = ({record: {embed}}: LocalPost): boolean => isJson(embed) && embed.$type !== 'app.bsky.embed.record'

const mergeProfile: Merge = (body, {did, profile}, _, views) => {
  if (body.did !== did || !profile) return false
  Object.assign(body, views.profile({description: undefined, banner: undefined, ...body}))
  return true
}

/** Each post goes above what is older. */
function mergeFeed(body: Json, posts: readonly LocalPost[], views: LocalViews): boolean {
  if (!Array.isArray(body.feed)) return false
  const feed = body.feed.filter(isJson)
  const shown = new Set(feed.map(({post}) => isJson(post) && post.uri))
  let isMerged = false
  for (const post of posts.toReversed()) {
    const view = shown.has(post.uri) ? undefined : views.post(post)
    if (!view) continue
    const at = feed.findIndex(item => timeOf(item) <= post.indexedAt)
    feed.splice(at < 0 ? feed.length : at, 0, {post: view})
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
  if (!isOwn(news, params.get('actor')) || params.has('cursor')) return false
  const filter = params.get('filter')
  const posts = news.posts.filter(post => {
    if (filter === 'posts_no_replies') return !isReply(post)
    if (filter === 'posts_with_media') return hasMedia(post)
    if (filter === 'posts_with_video') return false
    return true
  })
  return mergeFeed(body, posts, views)
}

const mergeTimeline: Merge = (body, news, params, views) => !params.has('cursor') && mergeFeed(body, news.posts, views)

/** Own answers to posts of the thread, each below the post that it answers; or the thread of an own post not seen yet. */
const mergeThread: Merge = (body, news, params, views) => {
  const {thread, error} = body
  if (error === 'NotFound') {
    const [, authority = '', rkey] =
      /^at:\/\/([^/]+)\/app\.bsky\.feed\.post\/([^/]+)$/.exec(params.get('uri') ?? '') ?? []
    const post = isOwn(news, authority) ? news.posts.find(({uri}) => uri.endsWith(`/${rkey}`)) : undefined
    const view = post && views.post(post)
    if (!view) return false
    delete body.error
    delete body.message
    body.thread = threadOf(view)
    return true
  }
  if (!isJson(thread) || thread.$type !== 'app.bsky.feed.defs#threadViewPost') return false
  // Oldest first, so that an answer to an own answer finds it.
  let isMerged = false
  for (const post of news.posts.toReversed()) {
    const {reply} = post.record
    const parent = isJson(reply) && isJson(reply.parent) ? reply.parent.uri : undefined
    const above = typeof parent === 'string' ? postOf(thread, parent) : undefined
    const view = above && !postOf(thread, post.uri) ? views.post(post) : undefined
    if (!above || !view) continue
    const replies = Array.isArray(above.replies) ? above.replies : []
    above.replies = [threadOf(view), ...replies]
    isMerged = true
  }
  return isMerged
}

const threadOf = (post: Json): Json => ({$type: 'app.bsky.feed.defs#threadViewPost', post, replies: []})

/** The post of that address in a thread or below it. The depth is the AppView's, which is a hundred or less. */
function postOf(thread: Json, uri: string): Json | undefined {
  if (isJson(thread.post) && thread.post.uri === uri) return thread
  if (!Array.isArray(thread.replies)) return undefined
  for (const reply of thread.replies) {
    const found = isJson(reply) ? postOf(reply, uri) : undefined
    if (found) return found
  }
  return undefined
}

const merges: Readonly<Record<string, Merge>> = {
  'app.bsky.actor.getProfile': mergeProfile,
  'app.bsky.feed.getAuthorFeed': mergeAuthorFeed,
  [getPostThread]: mergeThread,
  'app.bsky.feed.getTimeline': mergeTimeline,
}
