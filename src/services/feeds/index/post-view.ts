/**
 * What keeps the posts in step with a stream: as a view it has events applied (`#stream/view.ts`). Feeds look at each post
 * before anything is written; then rows and cursor change in one act.
 */
import type {IncomingPost} from '#sdk/feed/feed.ts'
import type {World} from '#std/world.ts'
import type {Cursor, StreamEvent} from '#stream/verified-events.ts'
import type {ViewStore} from '#stream/view.ts'
import type {FeedSet} from '../feed.ts'
import type {Lists} from '../graph/lists.ts'
import type {PostStore} from '../store/post-store.ts'
import {changesOf, type Skipped} from './changes.ts'

interface Deps {
  readonly store: Pick<PostStore, 'cursor' | 'apply'>
  readonly sets: readonly FeedSet[]
  readonly graph: readonly Pick<Lists, 'apply'>[]
  readonly world: Pick<World, 'now'>
  /** How long posts are kept. */
  readonly keptMs: number
}

export class PostView implements ViewStore {
  readonly skipped = new Map<Skipped, number>()
  /** Whether posts that feeds have looked at are yet to be there for readers. */
  isApplying = false
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  cursor(source: string): Promise<Cursor | undefined> {
    return this.#deps.store.cursor(source)
  }

  async apply(source: string, events: readonly StreamEvent[], cursor: Cursor): Promise<void> {
    const {store, sets, graph, world, keptMs} = this.#deps
    const nowMs = world.now()
    this.isApplying = true
    const changes = changesOf(events, {
      nowMs,
      sinceMs: nowMs - keptMs,
      match: post => matching(sets, post),
      skip: reason => void this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1),
    })
    // Before the act: what is asked of servers meanwhile is written either before it, or knows of it.
    for (const one of graph) one.apply(changes)
    await store.apply(source, changes, cursor).finally(() => (this.isApplying = false))
  }
}

function* matching(sets: readonly FeedSet[], post: IncomingPost): Iterable<string> {
  for (const set of sets) yield* set.match(post)
}
