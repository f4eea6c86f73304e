/** The segment that a caller names; where there is none he is told where the names are. */
import {XrpcError} from '#xrpc/errors.ts'
import type {Archive} from '../archive/archive.ts'
import {segmentIndexOf, segmentName, type SealedSegment} from '../archive/sealed-segment.ts'

const where = 'network.bsky.jetstream.listSegments gives those there are'

/** Of a segment that is not there, or no longer. */
export const segmentNotFound = (name: string): XrpcError =>
  new XrpcError('SegmentNotFound', `There is no segment ${name} here: ${where}.`, {status: 404})

/** `member` is what the name was given as. Throws `XrpcError`. */
export function namedSegment(archive: Archive | undefined, member: string, name: string): SealedSegment {
  if (segmentIndexOf(name) === undefined) {
    throw new XrpcError(
      'InvalidRequest',
      `${member}: expected the name of a segment, such as ${segmentName(0)}: ${where}`,
    )
  }
  if (!archive) throw new XrpcError('SegmentNotFound', 'This server keeps no archive.', {status: 404})
  const segment = archive.segment(name)
  if (!segment) throw segmentNotFound(name)
  return segment
}
