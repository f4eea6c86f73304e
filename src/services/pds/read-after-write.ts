/**
 * Lets people see at once what they have just written. An AppView says by the header `Atproto-Repo-Rev` up to which
 * commit it has read the account's repository; what is newer here is put into its answer: the profile, and posts into
 * the author's feed, the timeline and threads. A picture is shown as it was uploaded until the AppView has its own.
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
import {readBytes} from '#xrpc/body.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {AccountStore} from './account-store.ts'
import type {RepoStore} from './repo-store.ts'

const postCollection = 'app.bsky.feed.post' as Nsid
const profileCollection = 'app.bsky.actor.profile' as Nsid
const getPostThread = 'app.bsky.feed.getPostThread'
const bodySizeMax = 10_000_000
const lagMaxMs = 300_000
/** More than this has nobody written since an AppView last looked, unless it has long been away. */
const postsMax = 10

/** What is here and not there yet. */
interface News {
  did: Did
  handle: string
  /** When the account last wrote. */
  newestMs: number
  profile: JsonMap | undefined
  /** Newest first. */
  posts: readonly LocalPost[]
}

interface LocalPost {
  uri: string
  cid: string
  record: JsonMap
  indexedAt: string
}

/** An answer's body, as far as it is looked at. */
type Json = Record<string, unknown>

export interface ReadAfterWriteOptions {
  accounts: Pick<AccountStore, 'byDid'>
  repos: Pick<RepoStore, 'head' | 'recent'>
  world: Pick<World, 'now'>
  publicUrl: string
}

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
  async merged(did: Did, nsid: string, request: Request, response: Response): Promise<Response> {
    const {url, method} = request
    const seen = method === 'GET' && this.covers(nsid) ? this.#seenRev(nsid, response) : undefined
    const news = seen && (await this.#newsSince(did, seen))
    if (!news) return response
    const {status, headers} = response
    const bytes = await readBytes(response.body, bodySizeMax, tooBig)
    const body = bodyOf(bytes)
    const views = new LocalViews(this.#options.publicUrl)
    if (!body || !merges[nsid](body, news, new URL(url).searchParams, views)) {
      return new Response(bytes, {status, headers})
    }
    const changed = new Headers({'content-type': 'application/json'})
    for (const name of ['atproto-repo-rev', 'atproto-content-labelers']) {
      const value = headers.get(name)
      if (value !== null) changed.set(name, value)
    }
    changed.set('atproto-upstream-lag', String(Math.max(0, this.#options.world.now() - news.newestMs)))
    return new Response(JSON.stringify(body), {headers: changed})
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
    const [account, head] = await Promise.all([accounts.byDid(did), repos.head(did)])
    // Nearly always the AppView has it all.
    if (!account || !head || head.rev <= seen) return undefined
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

const tooBig = (): XrpcError => new XrpcError('UpstreamFailure', 'The answer of the AppView is too big.')

const recordOf = (bytes: Uint8Array): JsonMap => valueToJson(decodeCbor(bytes)) as JsonMap

/** Views as the AppView would make them, but for what only it knows. */
class LocalViews {
  readonly #publicUrl: string

  constructor(publicUrl: string) {
    this.#publicUrl = publicUrl
  }

  post({did, handle, profile}: News, author: Json | undefined, {uri, cid, record, indexedAt}: LocalPost): Json {
    const counts = {replyCount: 0, repostCount: 0, likeCount: 0, quoteCount: 0}
    const view = {$type: 'app.bsky.feed.defs#postView', uri, cid, author: author ?? {did, handle}, record, indexedAt}
    if (profile) view.author = this.profile(view.author as Json, did, profile)
    const embed = this.#embed(did, record.embed)
    return {...view, ...counts, labels: [], viewer: {}, ...(embed && {embed})}
  }

  /** `view` with what the newer profile says. */
  profile(view: Json, did: Did, {displayName, description, avatar, banner}: JsonMap): Json {
    const next: Json = {...view, displayName}
    if ('description' in view) next.description = description
    next.avatar = this.#image(did, avatar)
    if ('banner' in view) next.banner = this.#image(did, banner)
    return next
  }

  /** Pictures and links; what stands in other repositories is left for the AppView. */
  #embed(did: Did, embed: unknown): Json | undefined {
    if (!isJson(embed)) return undefined
    if (embed.$type === 'app.bsky.embed.images' && Array.isArray(embed.images)) {
      const images = embed.images.filter(isJson).map(({image, alt, aspectRatio}) => {
        const url = this.#image(did, image)
        return {thumb: url, fullsize: url, alt, ...(aspectRatio !== undefined && {aspectRatio})}
      })
      return {$type: 'app.bsky.embed.images#view', images}
    }
    if (embed.$type === 'app.bsky.embed.external' && isJson(embed.external)) {
      const {uri, title, description, thumb} = embed.external
      const external = {uri, title, description, ...(isJson(thumb) && {thumb: this.#image(did, thumb)})}
      return {$type: 'app.bsky.embed.external#view', external}
    }
    return undefined
  }

  #image(did: Did, blob: unknown): string | undefined {
    const ref = isJson(blob) ? blob.ref : undefined
    const cid = isJson(ref) && typeof ref.$link === 'string' ? ref.$link : undefined
    if (cid === undefined) return undefined
    return `${this.#publicUrl}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({did, cid}).toString()}`
  }
}

const isJson = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)
const isOwn = ({did, handle}: News, actor: string | null): boolean => actor === did || actor?.toLowerCase() === handle
const isReply = ({record}: LocalPost): boolean => isJson(record.reply)
const hasMedia = ({record: {embed}}: LocalPost): boolean => isJson(embed) && embed.$type !== 'app.bsky.embed.record'

const mergeProfile: Merge = (body, {did, profile}, _, views) => {
  if (body.did !== did || !profile) return false
  Object.assign(body, views.profile({description: undefined, banner: undefined, ...body}, did, profile))
  return true
}

/** Posts go to the top of the first page: they are newer than all that the AppView has of this account. */
function mergeFeed(body: Json, news: News, posts: readonly LocalPost[], views: LocalViews): boolean {
  if (!Array.isArray(body.feed)) return false
  const feed = body.feed.filter(isJson)
  const shown = new Set(feed.map(({post}) => isJson(post) && post.uri))
  const author = feed
    .map(({post}) => isJson(post) && isJson(post.author) && post.author)
    .find(view => view !== false && view.did === news.did)
  const more = posts.filter(({uri}) => !shown.has(uri))
  if (more.length === 0) return false
  for (const post of more.toReversed()) {
    const at = feed.findIndex(item => timeOf(item) <= post.indexedAt)
    feed.splice(at < 0 ? feed.length : at, 0, {post: views.post(news, author || undefined, post)})
  }
  body.feed = feed
  return true
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
  return mergeFeed(body, news, posts, views)
}

const mergeTimeline: Merge = (body, news, params, views) =>
  !params.has('cursor') && mergeFeed(body, news, news.posts, views)

/** Own answers to posts of the thread, each below the post that it answers; or the thread of an own post not seen yet. */
const mergeThread: Merge = (body, news, params, views) => {
  const {thread, error} = body
  if (error === 'NotFound') {
    const [, authority = '', rkey] =
      /^at:\/\/([^/]+)\/app\.bsky\.feed\.post\/([^/]+)$/.exec(params.get('uri') ?? '') ?? []
    const post = isOwn(news, authority) ? news.posts.find(({uri}) => uri.endsWith(`/${rkey}`)) : undefined
    if (!post) return false
    delete body.error
    delete body.message
    body.thread = threadOf(views.post(news, undefined, post))
    return true
  }
  if (!isJson(thread) || thread.$type !== 'app.bsky.feed.defs#threadViewPost') return false
  // Oldest first, so that an answer to an own answer finds it.
  let isMerged = false
  for (const post of news.posts.toReversed()) {
    const {reply} = post.record
    const parent = isJson(reply) && isJson(reply.parent) ? reply.parent.uri : undefined
    const above = typeof parent === 'string' ? postOf(thread, parent) : undefined
    if (!above || postOf(thread, post.uri)) continue
    const replies = Array.isArray(above.replies) ? above.replies : []
    above.replies = [threadOf(views.post(news, undefined, post)), ...replies]
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
