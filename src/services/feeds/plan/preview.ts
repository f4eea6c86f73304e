/**
 * A feed while it is being built, on posts that are at hand: compiled and evaluated as the feeds that are served, only
 * that every post is evaluated, so that each block can tell what it drops.
 */
import type {Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {sourceKey} from '../manifest/manifest.ts'
import type {PostFacts} from '../post-facts.ts'
import type {CompiledFeed, Step} from './compiled-feed.ts'
import {type Candidate, type Circumstances, evaluate, type Fate, type Ranked} from './evaluate.ts'
import {endsOf} from './formula.ts'
import type {Repost} from './leaves.ts'
import {Plan, type Timed} from './plan.ts'

/** A post with its facts, as it came, and what has become of it. */
export interface PreviewPost extends Omit<Candidate, 'bits' | 'uri' | 'author' | 'repost'> {
  readonly facts: PostFacts
  readonly repost?: Repost | undefined
}

export interface Preview extends Ranked {
  readonly feed: CompiledFeed
  /** Milliseconds: for finding the words, tags and people of all blocks, which is done once for all of them. */
  readonly lookMs: number
  /** One for each post, in their order. */
  readonly fates: readonly Fate[]
}

/** The people that a manifest asks for: `Circumstances.members` has to tell who they are. */
export const sourcesOf = (manifest: Manifest): CompiledFeed['sources'] =>
  new Plan([['', manifest]]).feeds.get('')!.sources

/** What a feed would show, made of these posts alone. The manifest has passed `readManifest`. */
export function preview(manifest: Manifest, posts: readonly PreviewPost[], circumstances: Circumstances): Preview {
  const plan = new Plan([['', manifest]])
  const feed = plan.feeds.get('')!
  for (const source of plan.sources) plan.setMembers(source, circumstances.members.get(sourceKey(source)) ?? new Set())
  const {clock} = circumstances
  let lookMs = 0
  const partMs: number[] = feed.parts.map(() => 0)
  const timed: Timed | undefined = clock && {
    clock,
    onLook: ms => (lookMs += ms),
    onPart: (bit, ms) => (partMs[bit] += ms),
  }
  const candidates = posts.map(({facts, ...post}): Candidate => {
    const [{bits}] = plan.assess(facts, post.repost, timed)
    return {...post, uri: facts.uri, author: facts.author, bits}
  })
  const fates = new Map<Candidate, Fate>()
  const ranked = evaluate(feed, candidates, circumstances, (candidate, fate) => void fates.set(candidate, fate))
  const reports = ranked.reports.map((report, i) => ({...report, ms: report.ms + partsMs(feed.steps[i], partMs)}))
  return {...ranked, reports, feed, lookMs, fates: candidates.map(candidate => fates.get(candidate)!)}
}

/** What the parts of a block took. One that blocks share is counted to the first of them. */
function partsMs(step: Step, partMs: number[]): number {
  let ms = 0
  if (step.op !== 'input' && step.op !== 'keep') return ms
  for (const asked of endsOf(step.test)) {
    if (asked.ask !== 'kept') continue
    ms += partMs[asked.bit]
    partMs[asked.bit] = 0
  }
  return ms
}
