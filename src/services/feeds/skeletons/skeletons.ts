/**
 * Which feeds there are, and a page of one. What a feed answers that is the same for everybody is kept for as long as nothing
 * is written, a second at most: most ask for the first page of a few feeds.
 */
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import {BadCursor, type Feed, type FeedPage, type FeedPosts, type FeedRequest} from '#sdk/feed/feed.ts'
import {feedOf, type FeedSet, type OfferedFeed} from '../feed.ts'

/** What was found for a URI. */
export interface FoundFeed extends OfferedFeed {
  readonly key: string
}

interface Deps {
  readonly sets: readonly FeedSet[]
  /** The DID of this service, in whose name feeds are told of that have no owner. */
  readonly did: Did
  /** Of the built-in feeds, where there is one. */
  readonly owner: Did | undefined
  /** The posts as a feed sees them. */
  postsFor(key: string, viewer: Did | undefined): FeedPosts
  /** Changes with whatever is written. */
  version(): number
  readonly now: () => number
  /** Told of each feed, by its key, that throws when it is asked for a page, or gives what is none. */
  onFault(key: string, error: unknown): void
}

const urisMax = 1_000
const answersMax = 1_000
const answersMs = 1_000
const itemsMax = 100
const contextLengthMax = 2_000

interface Answer {
  readonly feed: Feed
  readonly version: number
  readonly text: string
}

/** What a feed's author gives and no answer may hold, in a sentence. */
class BadPage extends Error {
  override readonly name = 'BadPage'
}

export class Skeletons {
  readonly #deps: Deps
  readonly #answers: Lru<string, Answer>

  constructor(deps: Deps) {
    this.#deps = deps
    this.#answers = new Lru({countMax: answersMax, ttlMs: answersMs, now: deps.now})
  }

  /** The feed whose record is that of `authority` by this record key. */
  find(authority: string, rkey: string): FoundFeed | undefined {
    const {sets, did, owner} = this.#deps
    const [key, offered] = feedOf(sets, authority, rkey) ?? []
    if (key === undefined || !offered) return undefined
    const isAnybodys = offered.owner === undefined
    if (isAnybodys && owner !== undefined && authority !== owner && authority !== did) return undefined
    return {...offered, key}
  }

  /** Where the records of the feeds are, or would be; a thousand at most. */
  uris(): readonly AtUri[] {
    const {sets, did, owner: general} = this.#deps
    return sets
      .flatMap(({feeds}) => [...feeds.values()])
      .slice(0, urisMax)
      .map(({owner, feed}) => `at://${owner ?? general ?? did}/app.bsky.feed.generator/${feed.name}` as AtUri)
  }

  /** The JSON of a page. Throws `BadCursor`, and what the feed throws. */
  async page(found: FoundFeed, request: Omit<FeedRequest, 'posts'>): Promise<string> {
    const {key, feed} = found
    if (feed.isPersonal) return JSON.stringify(await this.#ask(found, request))
    const {version} = this.#deps
    const {limit, cursor = '', languages} = request
    const name = `${key} ${limit} ${cursor} ${languages.join()}`
    const now = version()
    const known = this.#answers.get(name)
    if (known?.feed === feed && known.version === now) return known.text
    // It is the same for all viewers, so it is told of none.
    const text = JSON.stringify(await this.#ask(found, {...request, viewer: undefined}))
    this.#answers.set(name, {feed, version: now, text})
    return text
  }

  async #ask({key, feed}: FoundFeed, request: Omit<FeedRequest, 'posts'>): Promise<FeedPage> {
    const {postsFor, onFault} = this.#deps
    const posts = postsFor(key, request.viewer)
    try {
      const {feed: items, cursor} = await feed.skeleton({...request, posts})
      if (items.some(({feedContext = ''}) => feedContext.length > contextLengthMax)) {
        throw new BadPage(`A feedContext of ${key} has more than ${contextLengthMax} characters.`)
      }
      return {...(cursor !== undefined && {cursor}), feed: items.slice(0, Math.min(request.limit, itemsMax))}
    } catch (error) {
      if (!(error instanceof BadCursor)) onFault(key, error)
      throw error
    }
  }
}
