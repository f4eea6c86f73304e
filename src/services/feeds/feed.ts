/**
 * What feeds are to the service, wherever they come from: built in, in files, or compiled from manifests. One `Feed`
 * (`#sdk/feed/feed.ts`) is asked for its skeletons; a `FeedSet` is many of them that look at each post together, so that a
 * thousand feeds need not be asked one by one.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Feed, IncomingPost} from '#sdk/feed/feed.ts'
import {type PostFacts, postFactsOf} from './post-facts.ts'

/** A feed, and whose record names it. */
export interface OfferedFeed {
  readonly feed: Feed
  /** The account whose record it is; undefined for one that any account may name by a record with its name. */
  readonly owner: Did | undefined
}

/**
 * What its posts are kept under: the feed's name, with its owner before it where it has one. It stays the same for as long
 * as the feed is the same.
 */
const feedKey = ({feed, owner}: OfferedFeed): string => (owner === undefined ? feed.name : `${owner}/${feed.name}`)

/** Feeds that come and go together. */
export interface FeedSet {
  /** The feeds that there are now, by their keys. What changes is another map. */
  readonly feeds: ReadonlyMap<string, OfferedFeed>
  /** The keys of those that take the post, each once. Answers at once and never throws. */
  match(post: IncomingPost): Iterable<string>
}

const facts = new WeakMap<IncomingPost, PostFacts>()

/** The facts of a post, read out of it once for all sets of feeds. */
function factsOf(post: IncomingPost): PostFacts {
  const known = facts.get(post)
  if (known) return known
  const found = postFactsOf(post)
  facts.set(post, found)
  return found
}

/** Feeds one by one: each is asked whether it takes a post. One that throws does not take it, and `onFault` is told. */
export class ListedFeeds implements FeedSet {
  #feeds: ReadonlyMap<string, OfferedFeed> = new Map()
  #taking: readonly (readonly [key: string, feed: Feed])[] = []
  readonly #onFault: (key: string, error: unknown) => void

  constructor(feeds: Iterable<OfferedFeed>, onFault: (key: string, error: unknown) => void) {
    this.#onFault = onFault
    this.replace(feeds)
  }

  get feeds(): ReadonlyMap<string, OfferedFeed> {
    return this.#feeds
  }

  /** These in place of those before. Of two with one key the later counts. */
  replace(feeds: Iterable<OfferedFeed>): void {
    this.#feeds = new Map([...feeds].map(offered => [feedKey(offered), offered]))
    this.#taking = [...this.#feeds].flatMap(([key, {feed}]) => (feed.takes ? [[key, feed] as const] : []))
  }

  *match(post: IncomingPost): Iterable<string> {
    for (const [key, feed] of this.#taking) {
      let isTaken = false
      try {
        isTaken = feed.takes!(post, factsOf(post)) === true
      } catch (error) {
        this.#onFault(key, error)
      }
      if (isTaken) yield key
    }
  }
}

/** The feed that a URI asks for: that of its owner, else one that is anybody's by its name. */
export function feedOf(sets: readonly FeedSet[], owner: string, name: string): [string, OfferedFeed] | undefined {
  for (const key of [`${owner}/${name}`, name]) {
    for (const {feeds} of sets) {
      const found = feeds.get(key)
      if (found) return [key, found]
    }
  }
  return undefined
}
