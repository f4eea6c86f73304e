/**
 * Lets people see at once what they have just written. An AppView says by the header `Atproto-Repo-Rev` up to which
 * commit it has read the account's repository; what is newer here is put into its answer (`merges.ts`): the profile, and
 * posts into the author's feed, the timeline and threads.
 */
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {valueToJson, type JsonMap} from '#atp/data/json.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {isTid, tidMicros, tidOf, type Tid} from '#atp/syntax/tid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getFeedGenerator} from '#lex/gen/app/bsky/feed/getFeedGenerator.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {getList} from '#lex/gen/app/bsky/graph/getList.ts'
import {decoded, readBytes} from '#xrpc/body.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import {isJson, LocalViews, quotedBy, quotedPost, type ImageUrl, type Json, type News} from './local-views.ts'
import {merges, showPosts, type ReadMore} from './merges.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'

const postCollection = 'app.bsky.feed.post' as Nsid
const profileCollection = 'app.bsky.actor.profile' as Nsid
const getPostThread = 'app.bsky.feed.getPostThread'
const bodySizeMax = 10_000_000
/**
 * Bytes of an answer that is taken apart; a longer one is passed on as it is. Pages are far shorter, and one that is made
 * for it takes twenty times as much when it is read: fifty calls at once would hold up everybody for a minute.
 */
export const readSizeMax = 2_000_000
const lagMaxMs = 300_000
/** More than this has nobody written since an AppView last looked, unless it has long been away. */
const postsMax = 10

export interface ReadAfterWriteOptions {
  accounts: Pick<AccountStore, 'byDid'>
  repos: Pick<RepoStore, 'head' | 'recent'>
  world: Pick<World, 'now'>
  /** Where pictures are shown that the AppView has not met. */
  imageUrl: ImageUrl
}

export class ReadAfterWrite {
  readonly #options: ReadAfterWriteOptions

  constructor(options: ReadAfterWriteOptions) {
    this.#options = options
  }

  /** Whether answers to this method may be changed. The AppView is then asked for a content encoding that is undone here. */
  covers(nsid: string): boolean {
    return Object.hasOwn(merges, nsid)
  }

  /** The AppView's answer with what `did` has written since, or as it is. */
  async merged(did: Did, nsid: string, request: Request, response: Response, readMore: ReadMore): Promise<Response> {
    const {url, method} = request
    const seen = method === 'GET' && this.covers(nsid) ? this.#seenRev(nsid, response) : undefined
    const news = seen && (await this.#newsSince(did, seen))
    if (!news) return response
    const views = await this.#views(nsid, news, readMore)
    const {status} = response
    const plain = response.body && decoded(response.body, response.headers.get('content-encoding'))
    if (!plain) return response
    const bytes = await readBytes(plain, bodySizeMax, tooBig).catch(failed)
    const headers = new Headers(response.headers)
    for (const name of ['content-encoding', 'content-length']) headers.delete(name)
    const body = bytes.length > readSizeMax ? undefined : bodyOf(bytes)
    const isMerged = body && (await merges[nsid](body, news, new URL(url).searchParams, views, readMore))
    if (!isMerged) return new Response(bytes, {status, headers})
    headers.set('atproto-upstream-lag', String(Math.max(0, this.#options.world.now() - news.oldestMs)))
    return new Response(JSON.stringify(body), {headers})
  }

  /** With what the AppView knows about the author and about what is quoted, where that is to be shown. */
  async #views(nsid: string, news: News, readMore: ReadMore): Promise<LocalViews> {
    const {imageUrl} = this.#options
    if (news.posts.length === 0 || !showPosts.has(nsid)) return new LocalViews(imageUrl, news, undefined, [])
    const [profile, quoted] = await Promise.all([
      readMore(getProfile.nsid, new URLSearchParams({actor: news.did})),
      this.#quoted(new Set(news.posts.map(quotedBy).filter(uri => uri !== undefined)), readMore),
    ])
    return new LocalViews(imageUrl, news, profile, quoted)
  }

  /** What the AppView shows of these: posts, feeds and lists. */
  async #quoted(uris: ReadonlySet<string>, readMore: ReadMore): Promise<Json[]> {
    const of = (collection: string): string[] => [...uris].filter(uri => uri.includes(`/${collection}/`))
    const posts = of(postCollection)
    const one = async (nsid: Nsid, params: Record<string, string>, member: string, $type: string): Promise<Json[]> => {
      const found = await readMore(nsid, new URLSearchParams(params))
      const view = isJson(found) ? found[member] : undefined
      return isJson(view) ? [{...view, $type}] : []
    }
    const found = await Promise.all([
      ...(posts.length > 0
        ? [readMore(getPosts.nsid, new URLSearchParams(posts.map(uri => ['uris', uri]))).then(postsOf)]
        : []),
      ...of('app.bsky.feed.generator').map(feed =>
        one(getFeedGenerator.nsid, {feed}, 'view', 'app.bsky.feed.defs#generatorView'),
      ),
      ...of('app.bsky.graph.list').map(list =>
        one(getList.nsid, {list, limit: '1'}, 'list', 'app.bsky.graph.defs#listView'),
      ),
    ])
    return found.flat()
  }

  /** Up to where the AppView has read. A refusal may not say; then a few minutes are taken to be its lag. */
  #seenRev(nsid: string, {status, headers}: Response): Tid | undefined {
    const isRefused = nsid === getPostThread && status === 400
    if (status !== 200 && !isRefused) return undefined
    const rev = headers.get('atproto-repo-rev')
    if (rev !== null) return isTid(rev) ? rev : undefined
    return isRefused ? tidOf((this.#options.world.now() - lagMaxMs) * 1000, 0) : undefined
  }

  async #newsSince(did: Did, seen: Tid): Promise<News | undefined> {
    const {accounts, repos} = this.#options
    const head = await repos.head(did)
    // Nearly always the AppView has it all.
    if (!head || head.rev <= seen) return undefined
    const account = await accounts.byDid(did)
    if (!account) return undefined
    const profiles = await repos.recent(did, profileCollection, seen, 1)
    const [profile] = profiles.filter(({path}) => path === `${profileCollection}/self`)
    const posts = await repos.recent(did, postCollection, seen, postsMax)
    if (!profile && posts.length === 0) return undefined
    return {
      did,
      handle: account.handle ?? invalidHandle,
      oldestMs: Math.min(...[...posts, ...(profile ? [profile] : [])].map(({rev}) => msOf(rev))),
      profile: profile && recordOf(profile.bytes),
      posts: posts.map(({path, cid, bytes, rev}) => ({
        uri: `at://${did}/${path}`,
        cid: cid.toString(),
        record: recordOf(bytes),
        indexedAt: datetimeOf(msOf(rev)),
      })),
    }
  }
}

const postsOf = (found: unknown): Json[] =>
  isJson(found) && Array.isArray(found.posts) ? found.posts.filter(isJson).map(quotedPost) : []

function bodyOf(bytes: Uint8Array): Json | undefined {
  const json = jsonOf(fromUtf8(bytes))
  return isJson(json) ? json : undefined
}

const tooBig = (): XrpcError => new XrpcError('UpstreamFailure', 'The response of the AppView is too large.')

function failed(cause: unknown): never {
  if (cause instanceof XrpcError) throw cause
  throw new XrpcError('UpstreamFailure', 'The response of the AppView could not be read.', {cause})
}

const msOf = (rev: Tid): number => Math.floor(tidMicros(rev) / 1000)
const recordOf = (bytes: Uint8Array): JsonMap => valueToJson(decodeCbor(bytes)) as JsonMap
