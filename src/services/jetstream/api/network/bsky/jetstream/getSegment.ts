/** A segment, or a part of it. */
import {getSegment} from '#lex/gen/network/bsky/jetstream/getSegment.ts'
import {segmentResponse} from '../../../../archive/segment-file.ts'
import {query, type ArchiveDeps} from '../../../callers.ts'
import {namedSegment, segmentNotFound} from '../../../named-segment.ts'

export const endpoint = ({archive}: ArchiveDeps) =>
  query(getSegment, {
    auth: 'none',
    async handle({params: {name}, request}) {
      const segment = namedSegment(archive, 'name', name)
      try {
        return await segmentResponse(segment, request)
      } catch (error) {
        // It has just become too old.
        throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? segmentNotFound(name) : error
      }
    },
  })
