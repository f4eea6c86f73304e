/** One block of a segment. */
import {getBlock} from '#lex/gen/network/bsky/jetstream/getBlock.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {Replaced} from '../../../../archive/sealed-segment.ts'
import {query, type ArchiveDeps} from '../../../callers.ts'
import {namedSegment, segmentNotFound} from '../../../named-segment.ts'

export const endpoint = ({archive}: ArchiveDeps) =>
  query(getBlock, {
    auth: 'none',
    async handle({params: {segment: name, blockIndex}, headers, request}) {
      for (;;) {
        const segment = namedSegment(archive, 'segment', name)
        const {length} = segment.places
        if (blockIndex >= length) {
          throw new XrpcError('BlockNotFound', `That segment has ${length} blocks, from 0 on.`, {status: 404})
        }
        const etag = `"${segment.head.checksum}-${blockIndex}"`
        headers.set('etag', etag)
        headers.set('cache-control', 'public, no-cache')
        if (request.headers.get('if-none-match') === etag) return new Response(null, {status: 304})
        try {
          return {encoding: 'application/octet-stream', body: await segment.frame(blockIndex)}
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw segmentNotFound(name)
          if (!(error instanceof Replaced)) throw error
        }
      }
    },
  })
