/** What of the archive to download for what is wanted: nothing that is wanted is left out of it. */
import type {SealedSegment} from './sealed-segment.ts'
import type {Sought} from './sought.ts'

export interface PlannedSegment {
  readonly name: string
  readonly index: number
  readonly checksum: string
  readonly minSeq: number
  readonly maxSeq: number
  readonly mode: 'segment' | 'blocks'
  readonly blocks?: {readonly first: number; readonly last: number}[]
}

export interface Plan {
  readonly plannedThroughSeq: number
  readonly sealedTipSeq: number
  readonly segments: PlannedSegment[]
  readonly stats: {segmentsExamined: number; segmentsMatched: number; blocksMatched: number; entries: number}
}

/** Of an answer: segments and runs of blocks in it, and about how often a filter is asked for a DID. */
export interface PlanLimits {
  readonly entriesMax: number
  readonly looksMax: number
}
const planLimits: PlanLimits = {entriesMax: 100_000, looksMax: 2_000_000}
/** A look at a segment costs as much as so many at a filter. */
const segmentLooks = 1_000
/** A segment of which at least this part is wanted is downloaded whole. */
const wholeFrom = 0.75

/** `after` and `before` as in the lexicon. An answer that has no room for all ends where `plannedThroughSeq` says. */
export async function planOf(
  sealed: readonly SealedSegment[],
  sought: Sought,
  {after, before}: {after: number; before: number},
  {entriesMax, looksMax}: PlanLimits = planLimits,
): Promise<Plan> {
  const sealedTipSeq = Math.min(sealed.at(-1)?.head.maxSeq ?? 0, before)
  const stats = {segmentsExamined: 0, segmentsMatched: 0, blocksMatched: 0, entries: 0}
  const segments: PlannedSegment[] = []
  const ended = (plannedThroughSeq: number): Plan => ({plannedThroughSeq, sealedTipSeq, segments, stats})
  const didCount = sought.dids?.length ?? 0
  let through = after
  let looks = 0
  for (const segment of sealed) {
    const {name, index, places, head} = segment
    if (head.maxSeq <= after || head.minSeq > sealedTipSeq) continue
    if (looks >= looksMax || stats.entries === entriesMax) return ended(through)
    stats.segmentsExamined++
    const blocks = await segment.blocksFor(sought, after, sealedTipSeq)
    through = Math.min(head.maxSeq, sealedTipSeq)
    looks += segmentLooks + didCount * (blocks.length > 0 ? 1 + places.length / 4 : 1)
    if (blocks.length === 0) continue
    stats.segmentsMatched++
    const {checksum, minSeq, maxSeq} = head
    const about = {name, index, checksum, minSeq, maxSeq}
    if (blocks.length >= wholeFrom * places.length) {
      segments.push({...about, mode: 'segment'})
      stats.entries++
      stats.blocksMatched += blocks.length
      continue
    }
    const runs = runsOf(blocks)
    const taken = runs.slice(0, entriesMax - stats.entries)
    segments.push({...about, mode: 'blocks', blocks: taken})
    stats.entries += taken.length
    stats.blocksMatched += taken.reduce((sum, {first, last}) => sum + last - first + 1, 0)
    if (taken.length < runs.length) return ended(places[taken[taken.length - 1].last].maxSeq)
  }
  return ended(Math.max(sealedTipSeq, after))
}

function runsOf(blocks: readonly number[]): {first: number; last: number}[] {
  const runs: {first: number; last: number}[] = []
  for (const block of blocks) {
    const run = runs[runs.length - 1]
    if (run?.last === block - 1) run.last = block
    else runs.push({first: block, last: block})
  }
  return runs
}
