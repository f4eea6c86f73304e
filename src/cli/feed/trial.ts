/**
 * A feed that is tried out: a feed service in this process, which keeps nothing, reads the last hours of a network, and is
 * asked for a page. What it answers is what it would answer to an AppView, since it is the same service.
 */
import {dirname} from 'node:path'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import type {Feed, FeedItem, IncomingPost} from '#sdk/feed/feed.ts'
import {feedsConfig} from '#services/feeds/config.ts'
import {type FeedSet, ListedFeeds} from '#services/feeds/feed.ts'
import {openFeeds} from '#services/feeds/feeds.ts'
import type {Network} from '../network.ts'

export interface TrialOptions {
  readonly feeds: readonly Feed[]
  readonly network: Network
  readonly world: World
  /** How far back posts are read. */
  readonly sinceMs: number
  /** Who reads. */
  readonly viewer: Did | undefined
  readonly limit: number
  /** Told what `takes` of a feed throws, by the feed's name. */
  readonly onFault: (name: string, error: unknown) => void
}

/** A feed throws when it is asked for a page. */
export class PageFault extends Error {
  override readonly name = 'PageFault'
}

export interface TrialPage {
  readonly feed: Feed
  /** How many posts there were, and how many of them it takes. */
  readonly seen: number
  readonly taken: number
  readonly items: readonly (FeedItem & {readonly incoming: IncomingPost | undefined})[]
}

/** Of the posts that pass the last are remembered, for their texts. */
export class Passing implements FeedSet {
  readonly feeds = new Map()
  /** The newest that came. */
  readonly posts = new Map<string, IncomingPost>()
  seen = 0
  lastMs: number
  newestMs = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.lastMs = now()
  }

  match(post: IncomingPost): Iterable<string> {
    this.lastMs = this.#now()
    this.newestMs = Math.max(this.newestMs, post.timeMs)
    // One that is changed comes again.
    if (!this.posts.delete(post.uri)) this.seen++
    this.posts.set(post.uri, post)
    if (this.posts.size > postsMax) this.posts.delete(this.posts.keys().next().value!)
    return []
  }
}

/** A page has a hundred of them, and most feeds show the newest. */
const postsMax = 50_000
/** It has read all there is once nothing has come for so long, or what comes was just written; in any case after a while. */
const quietMs = 1_000
const freshMs = 3_000
const longestMs = 120_000
const lookMs = 100

const settings = ({network, sinceMs}: TrialOptions) => ({
  FEEDS_DATABASE: 'memory:',
  FEEDS_BUILT_IN: '',
  // None: the feeds are handed in.
  FEEDS_FOLDER: `${dirname('.')}/.no-feeds`,
  FEEDS_PLC_URL: network.plc,
  FEEDS_APPVIEW_URL: network.appview,
  FEEDS_KEEP_POSTS: `${sinceMs}ms`,
  // A Jetstream begins where it is asked to, and a relay at its oldest event: here that is near, out there it is days ago.
  ...(network.name === 'local'
    ? {FEEDS_RELAYS: network.relay}
    : {FEEDS_RELAYS: network.relay, FEEDS_JETSTREAMS: network.jetstream}),
})

/** The first page of each of the feeds. */
export async function tryFeeds(options: TrialOptions, signal: AbortSignal): Promise<readonly TrialPage[]> {
  const {feeds, network, world, viewer, limit, onFault} = options
  const config = readConfig(feedsConfig, {env: settings(options)})
  const passing = new Passing(world.now)
  const own = new ListedFeeds(
    feeds.map(feed => ({feed, owner: undefined})),
    onFault,
  )
  const taken = new Map<string, number>()
  const counting: FeedSet = {
    feeds: own.feeds,
    *match(post) {
      for (const key of own.match(post)) {
        taken.set(key, (taken.get(key) ?? 0) + 1)
        yield key
      }
    },
  }
  const relays = network.name === 'local' ? config.relays : []
  const outside = {
    world,
    guarded: world,
    log: silentLog,
    metrics: new Metrics(),
    streams: [],
    offers: async () => new Map(),
  }
  const service = await openFeeds({...config, relays}, outside, [passing, counting])
  try {
    await service.start()
    const endMs = world.now() + longestMs
    for (;;) {
      await world.sleep(lookMs, signal)
      const now = world.now()
      const isRead = now > endMs || now - passing.lastMs > quietMs || passing.newestMs > now - freshMs
      if (isRead && !service.isApplying) break
    }
    const pages: TrialPage[] = []
    for (const [key, offered] of own.feeds) {
      const asked = {viewer, limit, cursor: undefined, languages: []}
      const text = await service.skeletons.page({...offered, key}, asked).catch((error: unknown) => {
        throw new PageFault(`skeleton of ${key}: ${error instanceof Error ? error.message : String(error)}`)
      })
      const {feed: items} = JSON.parse(text) as {feed: FeedItem[]}
      pages.push({
        feed: offered.feed,
        seen: passing.seen,
        taken: taken.get(key) ?? 0,
        items: items.map(item => ({...item, incoming: passing.posts.get(item.post)})),
      })
    }
    return pages
  } finally {
    await service.stop()
  }
}
