/** One block of a segment. */
import {getBlock} from '#lex/gen/network/bsky/jetstream/getBlock.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {Replaced, segmentIndexOf} from '../../../../archive/sealed-segment.ts'
import {query, type ArchiveDeps} from '../../../callers.ts'

const notFound = (error: 'SegmentNotFound' | 'BlockNotFound', message: string): XrpcError =>
  new XrpcError(error, message, {status: 404})

export const endpoint = ({archive}: ArchiveDeps) =>
  query(getBlock, {
    auth: 'none',
    async handle({params: {segment: name, blockIndex}, headers, request}) {
      if (segmentIndexOf(name) === undefined) throw new XrpcError('InvalidRequest', 'segment: expected the name of one')
      for (;;) {
        const segment = archive?.segment(name)
        if (!segment) throw notFound('SegmentNotFound', 'There is no such segment here.')
        const {length} = segment.places
        if (blockIndex >= length) throw notFound('BlockNotFound', `That segment has ${length} blocks.`)
        const etag = `"${segment.head.checksum}-${blockIndex}"`
        headers.set('etag', etag)
        headers.set('cache-control', 'public, no-cache')
        if (request.headers.get('if-none-match') === etag) return new Response(null, {status: 304})
        try {
          return {encoding: 'application/octet-stream', body: await segment.frame(blockIndex)}
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound('SegmentNotFound', 'It has just gone.')
          if (!(error instanceof Replaced)) throw error
        }
      }
    },
  })
