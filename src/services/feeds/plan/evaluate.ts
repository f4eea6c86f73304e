/**
 * What a feed shows, from the posts that it may have: its blocks from top to bottom. There is one evaluator, for the feed
 * that is served and for the one that is looked at while it is built, so what a builder sees is what readers get; and
 * what became of each post is noted as it happens, not worked out afterwards.
 */
import {sourceKey} from '../manifest/manifest.ts'
import type {Asked, CompiledFeed, Scoring, Step} from './compiled-feed.ts'
import {type Formula, holds} from './formula.ts'
import type {Repost} from './leaves.ts'

/** A post as the store has it now, for one feed. */
export interface Candidate {
  readonly uri: string
  readonly cid: string
  readonly author: string
  /** Milliseconds: of the post; of the repost, where it came by one. */
  readonly timeMs: number
  readonly likes: number
  readonly reposts: number
  readonly replies: number
  /** By readers of this feed; none when left out. */
  readonly readerLikes?: number
  readonly readerReposts?: number
  readonly readerReplies?: number
  /** By its author and by labelers, those that hold. */
  readonly labels: readonly string[]
  /** As the plan gave it (`Taken.bits`). */
  readonly bits: number
  readonly repost?: Repost | undefined
}

/** What a feed depends on beside its manifest and its posts. */
export interface Circumstances {
  readonly nowMs: number
  /** Who the people of `CompiledFeed.sources` are, by `sourceKey`. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>
  /** Posts that moderators of the feed have taken out. */
  readonly removed?: ReadonlySet<string>
  /** Milliseconds, for the time that each block takes; no times when left out. */
  readonly clock?: () => number
}

/** What a block did. */
export interface BlockReport {
  /** Posts in the list before it, and after it. */
  readonly in: number
  readonly out: number
  readonly ms: number
}

/** What became of a post. Blocks are told by their places in the manifest, from 0. */
export type Fate =
  /** `place` is that in the feed, from 0, pinned posts not counted. */
  | {readonly verdict: 'shown'; readonly letInBy: number; readonly place: number}
  | {readonly verdict: 'dropped'; readonly letInBy: number; readonly by: number}
  /** It stands further up already; or the feed is full. */
  | {readonly verdict: 'repeated' | 'over'; readonly letInBy: number}
  /** No input has it. */
  | {readonly verdict: 'outside'}
  /** Its author is kept out of this feed, or it was taken out. */
  | {readonly verdict: 'moderated'}

export interface Ranked {
  /** When it was worked out: `Circumstances.nowMs`. */
  readonly asOfMs: number
  readonly posts: readonly Candidate[]
  /** One for each block. */
  readonly reports: readonly BlockReport[]
}

/** Posts in a feed at most. */
const postsMax = 2_000

/** `onFate` is told once of each candidate. */
export function evaluate(
  feed: CompiledFeed,
  candidates: readonly Candidate[],
  circumstances: Circumstances,
  onFate?: (candidate: Candidate, fate: Fate) => void,
): Ranked {
  return new Evaluation(feed, candidates, circumstances, onFate !== undefined).run(onFate)
}

class Evaluation {
  readonly #feed: CompiledFeed
  readonly #circumstances: Circumstances
  readonly #candidates: readonly Candidate[]
  readonly #allowed: readonly Candidate[]
  /** Noted only for whoever asks for fates. */
  readonly #isTraced: boolean
  readonly #letInBy = new Map<Candidate, number>()
  readonly #droppedBy = new Map<Candidate, number>()
  readonly #aside = new Map<string, readonly Candidate[]>()
  #list: readonly Candidate[] = []

  constructor(feed: CompiledFeed, candidates: readonly Candidate[], circumstances: Circumstances, isTraced: boolean) {
    this.#feed = feed
    this.#circumstances = circumstances
    this.#candidates = candidates
    this.#isTraced = isTraced
    this.#allowed = byTime(candidates.filter(allowedIn(feed, circumstances)))
  }

  run(onFate: ((candidate: Candidate, fate: Fate) => void) | undefined): Ranked {
    const {nowMs, clock = () => 0} = this.#circumstances
    const reports: BlockReport[] = []
    for (const [i, step] of this.#feed.steps.entries()) {
      const [before, startMs] = [this.#list.length, clock()]
      this.#list = this.#step(step, i)
      reports.push({in: before, out: this.#list.length, ms: clock() - startMs})
    }
    if (!this.#feed.steps.some(({op}) => op === 'sort')) this.#list = byTime(this.#list)
    const once = firstOf(this.#list, ({uri}) => uri, this.#isTraced ? Infinity : postsMax)
    const posts = once.slice(0, postsMax)
    if (onFate) this.#tell(once, onFate)
    return {asOfMs: nowMs, posts, reports}
  }

  #tell(once: readonly Candidate[], onFate: (candidate: Candidate, fate: Fate) => void): void {
    const allowed = new Set(this.#allowed)
    const places = new Map(once.map((candidate, place) => [candidate, place]))
    const inList = new Set(this.#list)
    for (const candidate of this.#candidates) {
      const letInBy = this.#letInBy.get(candidate)
      const place = places.get(candidate)
      if (!allowed.has(candidate)) onFate(candidate, {verdict: 'moderated'})
      else if (letInBy === undefined) onFate(candidate, {verdict: 'outside'})
      else if (place !== undefined) {
        onFate(candidate, place < postsMax ? {verdict: 'shown', letInBy, place} : {verdict: 'over', letInBy})
      } else if (inList.has(candidate)) onFate(candidate, {verdict: 'repeated', letInBy})
      else onFate(candidate, {verdict: 'dropped', letInBy, by: this.#droppedBy.get(candidate)!})
    }
  }

  #step(step: Step, i: number): readonly Candidate[] {
    const list = this.#list
    switch (step.op) {
      case 'input': {
        const sinceMs = this.#circumstances.nowMs - step.ageMaxMs
        const taken = this.#allowed.filter(
          candidate => candidate.timeMs >= sinceMs && this.#meets(step.test, candidate),
        )
        for (const candidate of taken) if (!this.#letInBy.has(candidate)) this.#letInBy.set(candidate, i)
        return [...list, ...taken]
      }
      case 'keep':
        return this.#kept(list, i, candidate => this.#meets(step.test, candidate))
      case 'limit':
        return this.#kept(list, i, upTo(step.count, step.perAuthor))
      case 'unique': {
        const seen = new Set<string>()
        return this.#kept(list, i, ({uri}) => !seen.has(uri) && Boolean(seen.add(uri)))
      }
      case 'sort':
        return this.#sorted(list, step, i)
      case 'stash':
        this.#aside.set(step.name, list)
        return []
      case 'pop': {
        const aside = this.#aside.get(step.name) ?? []
        if (step.how === 'interleave') return interleaved(list, aside, step.every)
        return step.how === 'before' ? [...aside, ...list] : [...list, ...aside]
      }
    }
  }

  #kept(list: readonly Candidate[], i: number, test: (candidate: Candidate) => boolean): readonly Candidate[] {
    return list.filter(candidate => {
      const isKept = test(candidate)
      if (!isKept && this.#isTraced) this.#droppedBy.set(candidate, i)
      return isKept
    })
  }

  #sorted(list: readonly Candidate[], step: Step & {op: 'sort'}, i: number): readonly Candidate[] {
    const {nowMs} = this.#circumstances
    const {by, ascending} = step
    if (by === 'new') return ascending ? byTime(list).toReversed() : byTime(list)
    const isWindowed = by === 'trending' || by === 'blend'
    const within = isWindowed ? this.#kept(list, i, ({timeMs}) => timeMs >= nowMs - step.windowMs) : list
    const scored = within.map(candidate => ({candidate, score: scoreOf(candidate, by, step, nowMs)}))
    const sign = ascending ? -1 : 1
    const best = scored
      .toSorted((a, b) => sign * (b.score - a.score) || newestFirst(a.candidate, b.candidate))
      .map(({candidate}) => candidate)
    if (by !== 'blend') return best
    return firstOf(interleaved(best, byTime(within), 1), candidate => candidate)
  }

  #meets(test: Formula<Asked>, candidate: Candidate): boolean {
    this.#asked = candidate
    return holds(test, this.#answer)
  }

  /** Whom `#answer` is about: one function for all of them is made once. */
  #asked!: Candidate
  readonly #answer = (asked: Asked): boolean => {
    const candidate = this.#asked
    switch (asked.ask) {
      case 'kept':
        return Math.floor(candidate.bits / 2 ** asked.bit) % 2 === 1
      case 'counts': {
        const count = candidate[asked.of] ?? 0
        return count >= asked.atLeast && count <= asked.atMost
      }
      case 'label':
        return candidate.labels.includes(asked.label)
      case 'people': {
        const who = asked.role === 'by' ? (candidate.repost?.by ?? candidate.author) : candidate.author
        return this.#circumstances.members.get(asked.source)?.has(who) ?? false
      }
    }
  }
}

/** Whom and what a feed keeps out, whatever its blocks say. */
function allowedIn(
  {manifest: {moderation}}: CompiledFeed,
  {members, removed}: Circumstances,
): (candidate: Candidate) => boolean {
  const people = [
    new Set<string>(moderation?.blocked),
    ...(moderation?.blockedLists ?? []).map(of => members.get(sourceKey({kind: 'list', of})) ?? new Set()),
  ]
  const posts = new Set<string>(moderation?.removed)
  if (posts.size === 0 && !removed?.size && people.every(({size}) => size === 0)) return () => true
  return ({uri, author, repost}) =>
    !posts.has(uri) && !removed?.has(uri) && !people.some(set => set.has(author) || (repost && set.has(repost.by)))
}

/** Later comes first; of two at the same time that with the greater CID. */
export const newestFirst = (a: Pick<Candidate, 'timeMs' | 'cid'>, b: Pick<Candidate, 'timeMs' | 'cid'>): number =>
  b.timeMs - a.timeMs || (a.cid < b.cid ? 1 : a.cid > b.cid ? -1 : 0)

/** Posts newest first: as a store gives them anyway. */
function byTime(list: readonly Candidate[]): readonly Candidate[] {
  for (let i = 1; i < list.length; i++) {
    if (newestFirst(list[i - 1], list[i]) > 0) return list.toSorted(newestFirst)
  }
  return list
}

function firstOf(
  list: readonly Candidate[],
  by: (candidate: Candidate) => unknown,
  countMax: number = Infinity,
): readonly Candidate[] {
  const seen = new Set<unknown>()
  const first: Candidate[] = []
  for (const candidate of list) {
    if (first.length >= countMax) break
    const key = by(candidate)
    if (seen.has(key)) continue
    seen.add(key)
    first.push(candidate)
  }
  return first
}

/** After each `every` of the list one of the others, and what is left of either at the end. */
function interleaved(list: readonly Candidate[], others: readonly Candidate[], every: number): readonly Candidate[] {
  const result: Candidate[] = []
  let next = 0
  for (const [i, candidate] of list.entries()) {
    result.push(candidate)
    if ((i + 1) % every === 0 && next < others.length) result.push(others[next++])
  }
  return [...result, ...others.slice(next)]
}

function upTo(countMax: number, perAuthor: number): (candidate: Candidate) => boolean {
  let count = 0
  const byAuthor = new Map<string, number>()
  return ({author}) => {
    const own = byAuthor.get(author) ?? 0
    if (count >= countMax || own >= perAuthor) return false
    count++
    byAuthor.set(author, own + 1)
    return true
  }
}

function scoreOf(candidate: Candidate, by: string, {gravity, decay, windowMs, points}: Scoring, nowMs: number): number {
  const ageMs = Math.max(0, nowMs - candidate.timeMs)
  switch (by) {
    case 'likes':
    case 'reposts':
    case 'replies':
      return candidate[by]
    case 'shuffle':
      return mixed(`${nowMs} ${candidate.cid}`)
    case 'rank':
      return pointsOf(candidate, points) / (ageMs / 3_600_000 + 2) ** gravity
    default:
      return pointsOf(candidate, points) * decay ** (ageMs / windowMs)
  }
}

const pointsOf = (candidate: Candidate, points: Scoring['points']): number =>
  candidate.likes * points.like +
  candidate.reposts * points.repost +
  candidate.replies * points.reply +
  (candidate.readerLikes ?? 0) * points.readerLike +
  (candidate.readerReposts ?? 0) * points.readerRepost +
  (candidate.readerReplies ?? 0) * points.readerReply

/** A number from a text that looks like chance and is the same for the same text (FNV-1a, then mixed). */
function mixed(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
