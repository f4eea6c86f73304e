/**
 * All feeds without code at once: a post is looked at one time, whatever they ask of it, and only those feeds are tried
 * that it has something for. Each feed stands behind a gate, the narrowest set of questions of which a post has to meet
 * one to be in it: a few words, a tag, people. What a post meets opens gates; feeds that have none (all posts with a
 * picture, all but those in Dutch) are tried on every post.
 *
 * Answers are held by the number of the post that they are about, so nothing is cleared between two posts.
 */
import type {Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import type {PeopleSource} from '../manifest/manifest.ts'
import type {PostFacts} from '../post-facts.ts'
import {type CompiledFeed, compileFeed} from './compiled-feed.ts'
import {gateOf, holds} from './formula.ts'
import {type Leaf, Leaves, type Repost} from './leaves.ts'

/** A feed that may have a post, and what is to be kept of the two together. */
export interface Taken {
  /** The feed. */
  readonly key: string
  /** Up to 48 bits, at most 2^48 - 1: what the feed's lasting conditions say of the post. For `Candidate.bits`. */
  readonly bits: number
}

/** For whoever wants to know what costs how much. All in milliseconds. */
export interface Timed {
  readonly clock: () => number
  readonly onLook: (ms: number) => void
  /** `bit` is that of `CompiledFeed.parts`. */
  readonly onPart: (bit: number, ms: number) => void
}

export class Plan {
  /** By their keys. */
  readonly feeds: ReadonlyMap<string, CompiledFeed>
  readonly #leaves = new Leaves()
  readonly #list: readonly CompiledFeed[]
  /** Which feeds a question opens, by their places in the list. */
  readonly #opens: (number[] | undefined)[]
  readonly #ungated: readonly number[]
  /** The post for which a feed was put up for trial. */
  readonly #up: Float64Array
  /** The post for which a question is known to be so, or not so. */
  readonly #so: Float64Array
  readonly #notSo: Float64Array
  #post = 0

  /** Compiles manifests that have passed `readManifest`, by keys of the caller's. */
  constructor(manifests: Iterable<readonly [key: string, manifest: Manifest]>) {
    this.#list = [...manifests].map(([key, manifest]) => compileFeed(key, manifest, this.#leaves))
    this.feeds = new Map(this.#list.map(feed => [feed.key, feed]))
    this.#opens = Array.from({length: this.#leaves.count})
    const ungated: number[] = []
    for (const [i, {mayTake}] of this.#list.entries()) {
      const gate = gateOf(mayTake, this.#leaves.breadthOf)
      if (!gate) ungated.push(i)
      for (const leaf of gate ?? []) (this.#opens[leaf] ??= []).push(i)
    }
    this.#ungated = ungated
    this.#up = new Float64Array(this.#list.length)
    this.#so = new Float64Array(this.#leaves.count)
    this.#notSo = new Float64Array(this.#leaves.count)
  }

  /** The people that feeds ask for: whoever has the plan tells who they are, now and as they change. */
  get sources(): readonly PeopleSource[] {
    return this.#leaves.sources
  }

  /** Who the people of a source are from now on; posts that came before are not looked at again. Keeps the set. */
  setMembers(source: PeopleSource, members: ReadonlySet<string>): void {
    this.#leaves.setMembers(source, members)
  }

  /** The feeds that may have a post, or a repost of it. Never throws. */
  match(facts: PostFacts, repost?: Repost): Taken[] {
    const taken: Taken[] = []
    for (const i of this.#look(facts, repost)) {
      const feed = this.#list[i]
      if (holds(feed.mayTake, this.#asker(facts, repost)))
        taken.push({key: feed.key, bits: this.#bits(feed, facts, repost)})
    }
    return taken
  }

  /**
   * What is kept of a post for each feed, whether or not the feed may have it: the evaluator, given such posts too, tells
   * which block drops them. `timed` is told how long each part of a feed took, and the look that they share.
   */
  assess(facts: PostFacts, repost?: Repost, timed?: Timed): Taken[] {
    const startMs = timed?.clock()
    this.#look(facts, repost)
    if (timed) timed.onLook(timed.clock() - startMs!)
    return this.#list.map(feed => ({key: feed.key, bits: this.#bits(feed, facts, repost, timed)}))
  }

  /** Looks at a post, and puts up the feeds that it opens. */
  #look(facts: PostFacts, repost: Repost | undefined): readonly number[] {
    const post = ++this.#post
    const up = this.#ungated.slice()
    this.#leaves.announce(facts, repost, leaf => {
      if (this.#so[leaf] === post) return
      this.#so[leaf] = post
      for (const feed of this.#opens[leaf] ?? []) {
        if (this.#up[feed] === post) continue
        this.#up[feed] = post
        up.push(feed)
      }
    })
    return up
  }

  #asker(facts: PostFacts, repost: Repost | undefined): (leaf: Leaf) => boolean {
    const post = this.#post
    return leaf => {
      if (this.#so[leaf] === post) return true
      if (this.#notSo[leaf] === post) return false
      const isSo = this.#leaves.ask(leaf, facts, repost)
      ;(isSo ? this.#so : this.#notSo)[leaf] = post
      return isSo
    }
  }

  #bits({parts}: CompiledFeed, facts: PostFacts, repost: Repost | undefined, timed?: Timed): number {
    const asks = this.#asker(facts, repost)
    let bits = 0
    for (const [bit, part] of parts.entries()) {
      const startMs = timed?.clock()
      if (holds(part, asks)) bits += 2 ** bit
      if (timed) timed.onPart(bit, timed.clock() - startMs!)
    }
    return bits
  }
}
