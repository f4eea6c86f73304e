/** A segment, or a part of it. */
import {getSegment} from '#lex/gen/network/bsky/jetstream/getSegment.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {segmentResponse} from '../../../../archive/segment-file.ts'
import {segmentIndexOf} from '../../../../archive/sealed-segment.ts'
import {query, type ArchiveDeps} from '../../../callers.ts'

export const endpoint = ({archive}: ArchiveDeps) =>
  query(getSegment, {
    auth: 'none',
    async handle({params: {name}, request}) {
      if (segmentIndexOf(name) === undefined) throw new XrpcError('InvalidRequest', 'name: expected one of a segment')
      const segment = archive?.segment(name)
      const missing = new XrpcError('SegmentNotFound', 'There is no such segment here.', {status: 404})
      if (!segment) throw missing
      try {
        return await segmentResponse(segment, request)
      } catch (error) {
        // It has just become too old.
        throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing : error
      }
    },
  })
