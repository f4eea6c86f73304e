/** The firehose: every verified event after the cursor, then each as it becomes durable. */
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import type {LogEvents} from '#stream/log-events.ts'
import type {Consumers} from '../../../../consumers.ts'
import {subscription} from '../../../callers.ts'

type Deps = {events: Pick<LogEvents, 'bounds' | 'frames'>; consumers: Pick<Consumers, 'counted'>}

export const endpoint = ({events, consumers}: Deps) =>
  subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params: {cursor}, request, signal, fail}) {
      const {last} = events.bounds()
      if (cursor !== undefined && cursor < 0) throw fail('InvalidRequest', 'cursor: expected a seq, a whole number.')
      if (cursor !== undefined && cursor > last) {
        throw fail('FutureCursor', `The cursor is ahead of this relay, which is at ${last}.`)
      }
      yield* consumers.counted(request, cursor, events.frames(cursor ?? 'live', signal))
    },
  })
