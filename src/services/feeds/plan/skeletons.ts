/**
 * Pages of feeds without code. Posts come, counts grow and ranks turn over while a reader goes down a feed, and yet no
 * post is to be shown twice and none passed over. So a page is cut from the feed as it was at one moment, and the cursor
 * names that moment with the time and CID of the page's last post:
 *
 * - A feed by time needs no more: what comes after a post of a time and a CID is the same whenever it is asked.
 * - Of any other the order is kept for as long as there is room (`keptPostsMax`), those asked for longest ago going first.
 *   Where it is gone, the page goes on behind the same post in the order of now, and ends where that post is no more.
 *
 * What a reader has said of posts and authors is theirs alone and applied to each page as it is cut.
 */
import type {PeopleSource} from '../manifest/manifest.ts'
import {sourceKey} from '../manifest/manifest.ts'
import type {CompiledFeed, Least} from './compiled-feed.ts'
import {type Candidate, evaluate, newestFirst, type Ranked} from './evaluate.ts'

/** What a reader has said by "show less like this" and "show more like this". */
export interface Wishes {
  /** URIs of posts that the reader wants less of. */
  readonly lessPosts: ReadonlySet<string>
  /** How often the reader has said so of posts of an author: in this feed, and in all feeds together. */
  readonly lessOf: ReadonlyMap<string, {readonly here: number; readonly everywhere: number}>
  /** Authors that the reader wants more of, in this feed, and since when (milliseconds). */
  readonly moreOf: ReadonlyMap<string, number>
}

/** How often an author's posts are refused until the author is gone: from the feed, from all feeds. */
export const lessMax = {here: 5, everywhere: 25} as const
/** How many places further up an author stands that a reader wants more of. */
const morePlaces = 10

/** Which of a feed's posts are looked at. */
export interface CandidateQuery {
  /** Milliseconds: no older ones. */
  readonly sinceMs: number
  /** Those with fewer likes, reposts or replies may be left out. */
  readonly least: Least
  /** The newest, up to so many. */
  readonly countMax: number
}

/** What feeds are made of. Each answers what holds now. */
export interface FeedSources {
  /** The posts that the plan took for a feed, newest first. */
  candidates(feed: string, query: CandidateQuery): Promise<readonly Candidate[]>
  members(source: PeopleSource): Promise<ReadonlySet<string>>
  /** URIs of posts that moderators have taken out of a feed. */
  removed(feed: string): Promise<ReadonlySet<string>>
  wishes(viewer: string, feed: string): Promise<Wishes>
}

export interface SkeletonPost {
  readonly post: string
  /** The repost by which it came; or it is pinned. */
  readonly reason?: {readonly repost: string} | 'pin'
}

export interface SkeletonPage {
  readonly feed: readonly SkeletonPost[]
  readonly cursor?: string
}

export interface SkeletonAsked {
  readonly feed: CompiledFeed
  /** Who reads, if that is known. */
  readonly viewer?: string | undefined
  /** 1 to 100. */
  readonly limit: number
  readonly cursor?: string | undefined
}

/** Posts of a feed that are looked at, at most: in some 5 ms, for which everyone else waits. */
const candidatesMax = 10_000
/** How long one order serves everyone who begins at the top. */
const freshMs = 15_000
/** Posts in all orders that are kept: some hundred bytes each. */
const keptPostsUsual = 200_000

/** A feed as it was at one moment; a pinned post is its URI, in its place. */
interface Order {
  readonly asOfMs: number
  readonly isByTime: boolean
  readonly posts: readonly (Candidate | string)[]
  /** Where each post stands, by its CID. Made when it is first asked for. */
  readonly places: () => ReadonlyMap<string, number>
}

export class Skeletons {
  readonly #sources: FeedSources
  readonly #now: () => number
  readonly #keptPostsMax: number
  /** Of each feed that was begun of late, the moment of its order; the oldest first. */
  readonly #fresh = new Map<
    string,
    {readonly feed: CompiledFeed; readonly order: Promise<Order>; readonly untilMs: number}
  >()
  /** Orders by feed and moment, the one asked for last at the end. */
  readonly #kept = new Map<string, Order>()
  #keptPosts = 0
  #lastMs = 0

  /** `keptPostsMax`: posts in all orders together, 200,000 unless given. */
  constructor(sources: FeedSources, now: () => number, keptPostsMax: number = keptPostsUsual) {
    this.#sources = sources
    this.#now = now
    this.#keptPostsMax = keptPostsMax
  }

  /** A page; `undefined` for a cursor that is none of ours. */
  async page({feed, viewer, limit, cursor}: SkeletonAsked): Promise<SkeletonPage | undefined> {
    const from = cursor === undefined ? undefined : readCursor(cursor)
    if (from === 'no cursor') return undefined
    const wishes = viewer === undefined ? undefined : await this.#sources.wishes(viewer, feed.key)
    const kept = from && this.#keptOrder(feed.key, from.asOfMs)
    const whole = kept ?? (await this.#freshOrder(feed))
    const order = forReader(from && !kept ? withoutPins(whole) : whole, feed, wishes)
    const posts: SkeletonPost[] = []
    let at = !from ? 0 : kept ? placeIn(order, from) : placeBehind(order, from)
    for (; at < order.posts.length && posts.length < limit; at++) {
      const post = order.posts[at]
      if (isWanted(post, feed, wishes)) posts.push(skeletonOf(post))
    }
    return at < order.posts.length ? {feed: posts, cursor: cursorAt(order, at)} : {feed: posts}
  }

  /** A feed as it is now, with what its blocks did. What the pages are cut from, too. */
  async rank(feed: CompiledFeed, nowMs: number, onFate?: Parameters<typeof evaluate>[3]): Promise<Ranked> {
    const [candidates, removed, ...members] = await Promise.all([
      this.#sources.candidates(feed.key, {sinceMs: nowMs - feed.ageMaxMs, least: feed.least, countMax: candidatesMax}),
      this.#sources.removed(feed.key),
      ...feed.sources.map(async source => [sourceKey(source), await this.#sources.members(source)] as const),
    ])
    return evaluate(feed, candidates, {nowMs, members: new Map(members), removed}, onFate)
  }

  /** The order of now, as it is shown to everyone for some seconds. */
  #freshOrder(feed: CompiledFeed): Promise<Order> {
    const nowMs = this.#now()
    for (const [key, {untilMs}] of this.#fresh) {
      if (nowMs < untilMs) break
      this.#fresh.delete(key)
    }
    const known = this.#fresh.get(feed.key)
    if (known?.feed === feed) return known.order
    // No two orders of one moment: a manifest may have changed between them.
    const asOfMs = (this.#lastMs = Math.max(nowMs, this.#lastMs + 1))
    const order = this.rank(feed, asOfMs).then(ranked => this.#keep(orderOf(feed, ranked), feed.key))
    this.#fresh.delete(feed.key)
    this.#fresh.set(feed.key, {feed, order, untilMs: nowMs + freshMs})
    // What failed is tried again by whoever asks next.
    order.catch(() => this.#forget(feed.key, order))
    return order
  }

  #forget(key: string, order: Promise<Order>): void {
    if (this.#fresh.get(key)?.order === order) this.#fresh.delete(key)
  }

  #keptOrder(key: string, asOfMs: number): Order | undefined {
    const name = `${key} ${asOfMs}`
    const order = this.#kept.get(name)
    if (!order) return undefined
    this.#kept.delete(name)
    this.#kept.set(name, order)
    return order
  }

  #keep(order: Order, key: string): Order {
    this.#kept.set(`${key} ${order.asOfMs}`, order)
    this.#keptPosts += order.posts.length
    for (const [oldest, {posts}] of this.#kept) {
      if (this.#keptPosts <= this.#keptPostsMax) break
      this.#kept.delete(oldest)
      this.#keptPosts -= posts.length
    }
    return order
  }
}

/** By time alone, with nothing dropped for its place: then a time and a CID say where a page goes on. */
const isByTime = ({steps, manifest}: CompiledFeed): boolean => {
  if (manifest.pinned?.length || steps.some(({op}) => op === 'limit')) return false
  const last = steps.findLast(({op}) => op === 'sort' || op === 'pop')
  if (last?.op === 'sort') return last.by === 'new' && !last.ascending
  return !steps.some(({op}) => op === 'sort')
}

/** An order of a feed's posts, with pinned posts in their places and nowhere else. */
function orderOf(feed: CompiledFeed, {asOfMs, posts: ranked}: Ranked): Order {
  const pinned = new Map<string, number>(feed.manifest.pinned?.map(({post, place = 1}) => [post, place]))
  const posts: (Candidate | string)[] = ranked.filter(({uri}) => !pinned.has(uri))
  const inOrder = [...pinned].toSorted(([, a], [, b]) => a - b)
  for (const [i, [post, place]] of inOrder.entries()) posts.splice(Math.max(place - 1, i), 0, post)
  return made(asOfMs, isByTime(feed), posts)
}

/** For who goes on in an order of another moment: the pinned posts have been shown, or have missed their places. */
const withoutPins = ({asOfMs, isByTime, posts}: Order): Order =>
  made(
    asOfMs,
    isByTime,
    posts.filter(post => typeof post !== 'string'),
  )

function made(asOfMs: number, isByTime: boolean, posts: readonly (Candidate | string)[]): Order {
  let places: Map<string, number> | undefined
  const make = (): Map<string, number> =>
    new Map(posts.flatMap((post, place) => (typeof post === 'string' ? [] : [[post.cid, place] as const])))
  return {asOfMs, isByTime, posts, places: () => (places ??= make())}
}

/** With authors whom the reader wanted more of before this order was made further up; the same for as long as it is. */
function forReader(order: Order, {manifest}: CompiledFeed, wishes: Wishes | undefined): Order {
  if (!manifest.personal?.seeMore || !wishes || wishes.moreOf.size === 0) return order
  const isMore = ({author}: Candidate): boolean => (wishes.moreOf.get(author) ?? Infinity) < order.asOfMs
  const free = order.posts.filter(post => typeof post !== 'string')
  if (!free.some(isMore)) return order
  const moved = free
    .map((post, place) => ({post, place: isMore(post) ? place - morePlaces - 0.5 : place}))
    .toSorted((a, b) => a.place - b.place)
  let next = 0
  const posts = order.posts.map(post => (typeof post === 'string' ? post : moved[next++].post))
  return made(order.asOfMs, false, posts)
}

function isWanted(post: Candidate | string, {manifest}: CompiledFeed, wishes: Wishes | undefined): boolean {
  if (!wishes || manifest.personal?.seeLess === false) return true
  if (typeof post === 'string') return !wishes.lessPosts.has(post)
  const {here, everywhere} = wishes.lessOf.get(post.author) ?? {here: 0, everywhere: 0}
  return !wishes.lessPosts.has(post.uri) && here < lessMax.here && everywhere < lessMax.everywhere
}

function skeletonOf(post: Candidate | string): SkeletonPost {
  if (typeof post === 'string') return {post, reason: 'pin'}
  return post.repost ? {post: post.uri, reason: {repost: post.repost.uri}} : {post: post.uri}
}

/** Behind which post a page goes on, of which moment; and how many pinned posts behind that have been shown. */
interface From {
  readonly asOfMs: number
  /** `undefined` before the first post. */
  readonly last: {readonly timeMs: number; readonly cid: string} | undefined
  readonly pins: number
}

/** `moment:time::cid`, with `+n` for pinned posts behind. */
function cursorAt({asOfMs, posts}: Order, at: number): string {
  const last = posts.slice(0, at).findLastIndex(post => typeof post !== 'string')
  const pins = at - 1 - last
  const post = posts[last] as Candidate | undefined
  return `${asOfMs}:${post ? `${post.timeMs}::${post.cid}` : '::'}${pins > 0 ? `+${pins}` : ''}`
}

const cursorForm = /^(\d{1,16}):(?:(-?\d{1,16})::([\w:-]{1,200})|::)(?:\+(\d{1,2}))?$/

function readCursor(cursor: string): From | 'no cursor' {
  const [form, asOfMs, timeMs, cid, pins = 0] = cursorForm.exec(cursor.slice(0, 300)) ?? []
  if (form === undefined) return 'no cursor'
  return {asOfMs: Number(asOfMs), last: cid ? {timeMs: Number(timeMs), cid} : undefined, pins: Number(pins)}
}

/** In the order that the cursor is of. */
const placeIn = ({posts, places}: Order, {last, pins}: From): number =>
  (last ? (places().get(last.cid) ?? posts.length) + 1 : 0) + pins

/** In an order of another moment, without pinned posts. */
function placeBehind(order: Order, {last}: From): number {
  if (!last) return 0
  if (!order.isByTime) return placeIn(order, {asOfMs: 0, last, pins: 0})
  const place = order.posts.findIndex(post => typeof post !== 'string' && newestFirst(last, post) < 0)
  return place < 0 ? order.posts.length : place
}
