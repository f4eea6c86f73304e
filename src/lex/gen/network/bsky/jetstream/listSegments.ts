// Generated from lexicons/network/bsky/jetstream/listSegments.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  segments: Segment[]
}
export type ErrorName = never
/** The sealed segments of the archive, the oldest first. */
export const listSegments: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'network.bsky.jetstream.listSegments',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 1000, default: 100}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      segments: lex.array(lex.ref(() => segment)),
    }, ['segments'])),
  },
)

export type Segment = {
  $type?: 'network.bsky.jetstream.listSegments#segment'
  /** The name of the segment's file. */
  name: string
  index: number
  sizeBytes: number
  /** 16 hexadecimal digits: the ETag of getSegment. */
  checksum: string
  eventCount: number
  minSeq: number
  maxSeq: number
  /** Microseconds since 1970. */
  minWitnessedAt: number
  /** Microseconds since 1970. */
  maxWitnessedAt: number
}
export const segment: lex.ObjectSchema<Segment> = lex.typed('network.bsky.jetstream.listSegments#segment', {
  name: lex.string(),
  index: lex.integer(),
  sizeBytes: lex.integer(),
  checksum: lex.string(),
  eventCount: lex.integer(),
  minSeq: lex.integer(),
  maxSeq: lex.integer(),
  minWitnessedAt: lex.integer(),
  maxWitnessedAt: lex.integer(),
}, [
  'name',
  'index',
  'sizeBytes',
  'checksum',
  'eventCount',
  'minSeq',
  'maxSeq',
  'minWitnessedAt',
  'maxWitnessedAt',
])

export {listSegments as main}
