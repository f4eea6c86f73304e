/** The firehose of this server: every event after the cursor, then each as it comes. */
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {subscription} from '../../../../callers.ts'
import type {Sequencer} from '../../../../sequencer.ts'

type Deps = {sequencer: Pick<Sequencer, 'bounds' | 'follow'>}

export const endpoint = ({sequencer}: Deps) =>
  subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params: {cursor}, signal, fail}) {
      const {first, last} = await sequencer.bounds()
      if (cursor !== undefined && cursor > last) {
        throw fail('FutureCursor', `The cursor is ahead of this server, which is at ${last}.`)
      }
      if (cursor !== undefined && cursor < first - 1) {
        yield encodeMessageFrame('#info', {
          name: 'OutdatedCursor',
          message: `Events up to ${first - 1} are no longer kept; going on from there.`,
        })
      }
      yield* sequencer.follow(cursor ?? last, signal)
    },
  })
