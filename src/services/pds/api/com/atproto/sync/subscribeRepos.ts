/** The firehose of this server: every event after the cursor, then each as it comes. */
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {subscription} from '../../../callers.ts'
import type {Sequencer} from '../../../../events/sequencer.ts'

/** Where it comes from, and what it calls itself. */
const followerOf = (request: Request): string =>
  `${peerAddress(request)} ${(request.headers.get('user-agent') ?? '').slice(0, 100)}`.trim()

type Deps = {sequencer: Pick<Sequencer, 'bounds' | 'follow'>}

export const endpoint = ({sequencer}: Deps) =>
  subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params: {cursor}, request, signal, fail}) {
      const {last} = await sequencer.bounds()
      if (cursor !== undefined && cursor > last) throw fail('FutureCursor', 'Cursor in the future.')
      yield* sequencer.follow(cursor ?? last, signal, followerOf(request))
    },
  })
