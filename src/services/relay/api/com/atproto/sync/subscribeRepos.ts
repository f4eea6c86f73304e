/** The firehose: every verified event after the cursor, then each as it becomes durable. */
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import type {LogEvents} from '#stream/log-events.ts'
import {subscription} from '../../../callers.ts'

type Deps = {events: Pick<LogEvents, 'bounds' | 'frames'>}

export const endpoint = ({events}: Deps) =>
  subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params: {cursor}, signal, fail}) {
      const {last} = events.bounds()
      if (cursor !== undefined && cursor < 0) throw fail('InvalidRequest', 'cursor: expected a seq, a whole number.')
      if (cursor !== undefined && cursor > last) {
        throw fail('FutureCursor', `The cursor is ahead of this relay, which is at ${last}.`)
      }
      yield* events.frames(cursor ?? 'live', signal)
    },
  })
