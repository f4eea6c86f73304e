/**
 * Feeds without code as the service knows feeds: one set, which looks at each post together and answers as any feed does.
 * When one of them is changed all are compiled anew, a tenth of a second for a thousand: whoever lets strangers change
 * feeds gathers the changes of some seconds. Who is on lists stays known meanwhile.
 */
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {BadCursor, type Feed, type FeedItem, type FeedRequest, type IncomingPost} from '#sdk/feed/feed.ts'
import type {FeedSet, OfferedFeed} from '../feed.ts'
import {type PeopleSource, sourceKey} from '../manifest/manifest.ts'
import {type PostFacts, postFactsOf} from '../post-facts.ts'
import type {CompiledFeed} from './compiled-feed.ts'
import type {Repost} from './leaves.ts'
import {Plan, type Taken} from './plan.ts'
import {type FeedSources, type SkeletonPost, Skeletons} from './skeletons.ts'

/** A manifest that has passed `readManifest`, and whose it is. */
export interface OfferedManifest {
  readonly owner: Did
  /** The record key, of the manifest and of its `app.bsky.feed.generator`. */
  readonly name: string
  readonly manifest: Manifest
}

export class ManifestFeeds implements FeedSet {
  readonly #skeletons: Skeletons
  readonly #members = new Map<string, ReadonlySet<string>>()
  #plan = new Plan([])
  #feeds: ReadonlyMap<string, OfferedFeed> = new Map()

  constructor(sources: FeedSources, now: () => number) {
    this.#skeletons = new Skeletons(sources, now)
  }

  get feeds(): ReadonlyMap<string, OfferedFeed> {
    return this.#feeds
  }

  /** The lists, starter packs, followers and follows that feeds ask for: `setMembers` has to be told who they are. */
  get sources(): readonly PeopleSource[] {
    return this.#plan.sources
  }

  /** These in place of those before. Of two with one owner and name the later counts. */
  replace(offered: Iterable<OfferedManifest>): void {
    const byKey = new Map([...offered].map(one => [`${one.owner}/${one.name}`, one]))
    this.#plan = new Plan([...byKey].map(([key, {manifest}]) => [key, manifest]))
    for (const source of this.#plan.sources) {
      const members = this.#members.get(sourceKey(source))
      if (members) this.#plan.setMembers(source, members)
    }
    const asked = new Set(this.#plan.sources.map(sourceKey))
    for (const key of this.#members.keys()) if (!asked.has(key)) this.#members.delete(key)
    this.#feeds = new Map(
      [...byKey].map(([key, one]) => [key, {owner: one.owner, feed: this.#feed(one, this.#plan.feeds.get(key)!)}]),
    )
  }

  /** Who the people of a source are from now on, if any feed asks for them. Keeps the set. */
  setMembers(source: PeopleSource, members: ReadonlySet<string>): void {
    if (!this.#plan.sources.some(asked => sourceKey(asked) === sourceKey(source))) return
    this.#members.set(sourceKey(source), members)
    this.#plan.setMembers(source, members)
  }

  *match(post: IncomingPost): Iterable<string> {
    for (const {key} of this.taken(postFactsOf(post))) yield key
  }

  /** The feeds that may have a post, or a repost of it, with what is to be kept for each. Never throws. */
  taken(facts: PostFacts, repost?: Repost): readonly Taken[] {
    return this.#plan.match(facts, repost)
  }

  #feed({name, manifest}: OfferedManifest, feed: CompiledFeed): Feed {
    const skeletons = this.#skeletons
    return {
      name,
      title: manifest.name,
      ...(manifest.description !== undefined && {description: manifest.description}),
      acceptsInteractions: manifest.personal?.seeLess !== false || manifest.personal.seeMore === true,
      async skeleton({viewer, limit, cursor}: FeedRequest) {
        const page = await skeletons.page({feed, viewer, limit, cursor})
        if (!page) throw new BadCursor('A cursor is one that a page of this feed ended with.')
        return {feed: page.feed.map(itemOf), cursor: page.cursor}
      },
    }
  }
}

function itemOf({post, reason}: SkeletonPost): FeedItem {
  if (reason === undefined) return {post: post as AtUri}
  if (reason === 'pin') return {post: post as AtUri, reason: {$type: 'app.bsky.feed.defs#skeletonReasonPin'}}
  return {
    post: post as AtUri,
    reason: {$type: 'app.bsky.feed.defs#skeletonReasonRepost', repost: reason.repost as AtUri},
  }
}
