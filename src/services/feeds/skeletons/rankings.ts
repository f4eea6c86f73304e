/**
 * Orders by score, made anew every so often. Who pages through one goes on in the order in which it began, however scores
 * have changed meanwhile; so each is kept for a while, as the numbers of its posts and the beginnings of their hashes. Each
 * reader of a personal feed has orders of its own, so what bounds them is the posts in all of them together.
 */
import type {FeedPage, Paging} from '#sdk/feed/feed.ts'
import {SingleFlight} from '#std/waiting/async.ts'
import type {PostStore, StoredPost} from '../store/post-store.ts'
import {cursorAt, placeIn} from './cursor.ts'

export interface Scored {
  readonly post: StoredPost
  readonly score: number
}

interface Order {
  readonly atMs: number
  readonly ids: Float64Array
  /** The first six bytes of the hash of each. */
  readonly marks: Float64Array
}

const lengthMax = 2_000
/** How long an order is gone on with. */
const keptMs = 600_000
const ordersMax = 12
/** Posts in all orders that are kept, at 16 bytes each. */
const keptPostsUsual = 2_000_000
/** What an order takes beside its posts, in posts. */
const orderSize = 50

export class Rankings {
  readonly #store: Pick<PostStore, 'posts'>
  readonly #now: () => number
  readonly #keptPostsMax: number
  /** By feed, and by viewer for such as differ for each; the one asked for last at the end. */
  readonly #orders = new Map<string, readonly Order[]>()
  #keptPosts = 0
  readonly #making = new SingleFlight<string, readonly Order[]>()

  /** `keptPostsMax`: posts in all orders together, two million unless given; those asked for longest ago go first. */
  constructor(store: Pick<PostStore, 'posts'>, now: () => number, keptPostsMax: number = keptPostsUsual) {
    this.#store = store
    this.#now = now
    this.#keptPostsMax = keptPostsMax
  }

  /** A page of the order of this name, which `make` gives in any order. Throws `BadCursor`. */
  async page(
    name: string,
    make: (nowMs: number) => Promise<readonly Scored[]>,
    everyMs: number,
    {limit, cursor}: Paging,
  ): Promise<FeedPage> {
    const after = cursor === undefined ? undefined : placeIn(cursor)
    let orders = this.#kept(name)
    const isOld = (orders[0]?.atMs ?? -Infinity) <= this.#now() - everyMs
    // Whoever begins has the newest; whoever goes on, the one in which it began.
    if (isOld && (!after || orders.length === 0)) {
      orders = await this.#making.do(name, () => this.#make(name, make))
    }
    const order = after ? (orders.find(({atMs}) => atMs === after.timeMs) ?? orders[0]) : orders[0]
    let at = 0
    if (after) {
      const {id, digest} = after
      at = (id === undefined ? order.marks.indexOf(markOf(digest)) : order.ids.indexOf(id)) + 1
      if (at === 0) return {feed: []}
    }
    const found: StoredPost[] = []
    while (found.length < limit && at < order.ids.length) {
      const some = [...order.ids.subarray(at, at + limit - found.length)]
      at += some.length
      for (const post of await this.#store.posts(some)) if (post) found.push(post)
    }
    const last = found.at(-1)
    const mark = last && markOf(last.digest)
    const isAlone = mark === undefined || order.marks.indexOf(mark) === order.marks.lastIndexOf(mark)
    const hasMore = last && at < order.ids.length
    return {
      feed: found.map(({uri}) => ({post: uri})),
      cursor: hasMore ? cursorAt(order.atMs, last.cid, isAlone ? undefined : last.id) : undefined,
    }
  }

  async #make(name: string, make: (nowMs: number) => Promise<readonly Scored[]>): Promise<readonly Order[]> {
    const atMs = this.#now()
    const best = bestOf(await make(atMs))
    const order = {
      atMs,
      ids: Float64Array.from(best, ({post}) => post.id),
      marks: Float64Array.from(best, ({post}) => markOf(post.digest)),
    }
    const kept = (this.#orders.get(name) ?? []).filter(({atMs: before}) => before > atMs - keptMs && before !== atMs)
    const orders = [order, ...kept].slice(0, ordersMax)
    this.#keep(name, orders)
    return orders
  }

  /** The orders of this name that are not too old, the newest first. */
  #kept(name: string): readonly Order[] {
    const orders = this.#forget(name)
    if (orders.length === 0 || orders[0].atMs <= this.#now() - keptMs) return []
    this.#keep(name, orders)
    return orders
  }

  #keep(name: string, orders: readonly Order[]): void {
    this.#forget(name)
    this.#orders.set(name, orders)
    this.#keptPosts += sizeOf(orders)
    for (const oldest of this.#orders.keys()) {
      if (this.#keptPosts <= this.#keptPostsMax || oldest === name) break
      this.#forget(oldest)
    }
  }

  #forget(name: string): readonly Order[] {
    const orders = this.#orders.get(name) ?? []
    this.#orders.delete(name)
    this.#keptPosts -= sizeOf(orders)
    return orders
  }
}

/** Those that an order holds: by score, and of the same score the newer first. A score that is no number has no place. */
export const bestOf = (scored: readonly Scored[]): Scored[] =>
  scored
    .filter(({score}) => !Number.isNaN(score))
    .toSorted((a, b) => b.score - a.score || b.post.timeMs - a.post.timeMs)
    .slice(0, lengthMax)

const sizeOf = (orders: readonly Order[]): number => orders.reduce((sum, {ids}) => sum + ids.length + orderSize, 0)

const markOf = (digest: Uint8Array): number => digest.subarray(0, 6).reduce((mark, byte) => mark * 256 + byte, 0)
