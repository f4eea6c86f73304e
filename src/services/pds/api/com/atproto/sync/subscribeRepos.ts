/** The firehose of this server: every event after the cursor, then each as it comes. */
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {subscription} from '../../../callers.ts'
import type {Sequencer} from '../../../../events/sequencer.ts'

type Deps = {sequencer: Pick<Sequencer, 'bounds' | 'follow'>}

export const endpoint = ({sequencer}: Deps) =>
  subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params: {cursor}, signal, fail}) {
      const {last} = await sequencer.bounds()
      if (cursor !== undefined && cursor > last) throw fail('FutureCursor', 'Cursor in the future.')
      yield* sequencer.follow(cursor ?? last, signal)
    },
  })
