/** The firehose: every verified event after the cursor, then each as it becomes durable. */
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {subscription} from '../../../../callers.ts'
import type {VerifiedLog} from '../../../../verified-log.ts'

type Deps = {verifiedLog: Pick<VerifiedLog, 'bounds' | 'follow'>}

export const endpoint = ({verifiedLog}: Deps) =>
  subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params: {cursor}, signal, fail}) {
      const {first, last} = verifiedLog.bounds()
      if (cursor !== undefined && cursor < 0) throw fail('InvalidRequest', 'cursor: expected a seq, a whole number.')
      if (cursor !== undefined && cursor > last) {
        throw fail('FutureCursor', `The cursor is ahead of this relay, which is at ${last}.`)
      }
      // 0 asks for the oldest there is, and so misses nothing (spec: event stream, "Sequence Numbers").
      if (cursor !== undefined && cursor > 0 && cursor < first - 1) {
        yield encodeMessageFrame('#info', {
          name: 'OutdatedCursor',
          message: `Events up to ${first - 1} are no longer kept; going on from there.`,
        })
      }
      yield* verifiedLog.follow(cursor ?? last, signal)
    },
  })
