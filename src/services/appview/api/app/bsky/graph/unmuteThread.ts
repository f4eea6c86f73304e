/** Mutes a thread no longer. */
import {unmuteThread} from '#lex/gen/app/bsky/graph/unmuteThread.ts'
import {procedure} from '../../../../callers.ts'
import {linkTo} from '../../../../store/index/record-indexer.ts'
import type {PrivateState} from '../../../../store/private-state.ts'

type Deps = {state: Pick<PrivateState, 'mark'>}

export const endpoint = ({state}: Deps) =>
  procedure(unmuteThread, {
    auth: 'viewer',
    async handle({input, caller, fail}) {
      const link = linkTo(input.root)
      if (link?.collection !== 'app.bsky.feed.post')
        throw fail('InvalidRequest', 'root: must be the URI of a post, with a DID')
      await state.mark('thread_mute', caller.did, link, false)
      return undefined
    },
  })
