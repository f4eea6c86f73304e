/** What of the archive to download. */
import {planSnapshot} from '#lex/gen/network/bsky/jetstream/planSnapshot.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {planOf} from '../../../../archive/plan.ts'
import {faultOf, soughtOf, type Wanted} from '../../../../archive/sought.ts'
import {procedure, type ArchiveDeps} from '../../../callers.ts'

/** 10,000 DIDs, long ones among them. */
const bodySizeMax = 2 * 2 ** 20

export const endpoint = ({archive}: ArchiveDeps) =>
  procedure(planSnapshot, {
    auth: 'none',
    bodySizeMax,
    async handle({input: {afterSeq = 0, beforeSeq, ...asked}}) {
      const wanted = asked as Wanted
      const fault = faultOf(wanted)
      if (fault !== undefined) throw new XrpcError('InvalidRequest', fault)
      if (beforeSeq !== undefined && beforeSeq <= afterSeq) {
        throw new XrpcError('InvalidRequest', 'beforeSeq: expected a number above afterSeq')
      }
      return planOf(archive?.sealed ?? [], soughtOf(wanted), {after: afterSeq, before: beforeSeq ?? Infinity})
    },
  })
