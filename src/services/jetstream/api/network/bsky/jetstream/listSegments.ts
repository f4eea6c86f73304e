/** The sealed segments of the archive. A cursor is the index of the first of the next page. */
import {listSegments} from '#lex/gen/network/bsky/jetstream/listSegments.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {query, type ArchiveDeps} from '../../../callers.ts'

export const endpoint = ({archive}: ArchiveDeps) =>
  query(listSegments, {
    auth: 'none',
    async handle({params: {limit, cursor = '0'}}) {
      if (!/^\d{1,15}$/.test(cursor)) throw new XrpcError('InvalidRequest', 'cursor: expected one of an answer before')
      const from = (archive?.sealed ?? []).filter(({index}) => index >= Number(cursor))
      const segments = from.slice(0, limit).map(({name, index, size, head}) => ({
        name,
        index,
        sizeBytes: size,
        checksum: head.checksum,
        eventCount: head.eventCount,
        minSeq: head.minSeq,
        maxSeq: head.maxSeq,
        minWitnessedAt: head.minMicros,
        maxWitnessedAt: head.maxMicros,
      }))
      return {segments, ...(from.length > limit && {cursor: `${from[limit].index}`})}
    },
  })
