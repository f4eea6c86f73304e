// Generated from lexicons/network/bsky/jetstream/planSnapshot.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Kinds of events; all when left out. */
  kinds?: ('commit' | 'identity' | 'account' | 'sync')[]
  /** Accounts; all when left out. */
  dids?: Did[]
  /** NSIDs, or all under one (app.bsky.feed.*), of commits; other kinds come in any case. All when left out. */
  collections?: string[]
  /** Events up to and with this one are not wanted. */
  afterSeq?: number
  /** Events after this one are not wanted. */
  beforeSeq?: number
}
export type Output = {
  /** How far this answer goes: afterSeq for the next question. It equals sealedTipSeq when there is no more. */
  plannedThroughSeq: number
  /** The last event of the archive, or beforeSeq where that is less: beforeSeq for the next question. */
  sealedTipSeq: number
  segments: Segment[]
  stats: Stats
}
export type ErrorName = never
/**
 * What to download of the archive for some kinds, accounts and collections: whole segments, or runs of their blocks.
 * Nothing that is wanted is left out; what is not wanted may be among it.
 */
export const planSnapshot: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'network.bsky.jetstream.planSnapshot',
  {
    input: lex.body('application/json', lex.object({
      kinds: lex.array(lex.string({enum: ['commit', 'identity', 'account', 'sync']}), {maxLength: 4}),
      dids: lex.array(lex.string({format: 'did'}), {maxLength: 10000}),
      collections: lex.array(lex.string(), {maxLength: 100}),
      afterSeq: lex.integer({minimum: 0}),
      beforeSeq: lex.integer({minimum: 0}),
    })),
    output: lex.body('application/json', lex.object({
      plannedThroughSeq: lex.integer({minimum: 0}),
      sealedTipSeq: lex.integer({minimum: 0}),
      segments: lex.array(lex.ref(() => segment)),
      stats: lex.ref(() => stats),
    }, ['plannedThroughSeq', 'sealedTipSeq', 'segments', 'stats'])),
  },
)

export type Segment = {
  $type?: 'network.bsky.jetstream.planSnapshot#segment'
  /** The name of the segment's file. */
  name: string
  /** Its place among the segments. */
  index: number
  /** 16 hexadecimal digits; a segment that is written anew has others. */
  checksum: string
  minSeq: number
  maxSeq: number
  /** segment: by getSegment; blocks: by getBlock, those that blocks names. */
  mode: 'segment' | 'blocks' | (string & {})
  blocks?: BlockRange[]
}
export const segment: lex.ObjectSchema<Segment> = lex.typed('network.bsky.jetstream.planSnapshot#segment', {
  name: lex.string(),
  index: lex.integer({minimum: 0}),
  checksum: lex.string({minLength: 16, maxLength: 16}),
  minSeq: lex.integer({minimum: 0}),
  maxSeq: lex.integer({minimum: 0}),
  mode: lex.string({knownValues: ['segment', 'blocks']}),
  blocks: lex.array(lex.ref(() => blockRange)),
}, ['name', 'index', 'checksum', 'minSeq', 'maxSeq', 'mode'])

export type BlockRange = {
  $type?: 'network.bsky.jetstream.planSnapshot#blockRange'
  /** The first block of a run. */
  first: number
  /** The last one. */
  last: number
}
export const blockRange: lex.ObjectSchema<BlockRange> = lex.typed('network.bsky.jetstream.planSnapshot#blockRange', {
  first: lex.integer({minimum: 0}),
  last: lex.integer({minimum: 0}),
}, ['first', 'last'])

export type Stats = {
  $type?: 'network.bsky.jetstream.planSnapshot#stats'
  segmentsExamined: number
  segmentsMatched: number
  blocksMatched: number
  /** Segments and runs of blocks in this answer, of which there is a most. */
  entries: number
}
export const stats: lex.ObjectSchema<Stats> = lex.typed('network.bsky.jetstream.planSnapshot#stats', {
  segmentsExamined: lex.integer({minimum: 0}),
  segmentsMatched: lex.integer({minimum: 0}),
  blocksMatched: lex.integer({minimum: 0}),
  entries: lex.integer({minimum: 0}),
}, ['segmentsExamined', 'segmentsMatched', 'blocksMatched', 'entries'])

export {planSnapshot as main}
