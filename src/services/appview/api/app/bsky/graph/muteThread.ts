/** Mutes a thread: nothing more is heard of it. */
import {muteThread} from '#lex/gen/app/bsky/graph/muteThread.ts'
import {procedure} from '../../../../callers.ts'
import {linkTo} from '../../../../index/record-indexer.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'mark'>}

export const endpoint = ({state}: Deps) =>
  procedure(muteThread, {
    auth: 'viewer',
    async handle({input, caller, fail}) {
      const link = linkTo(input.root)
      if (link?.collection !== 'app.bsky.feed.post')
        throw fail('InvalidRequest', 'root: must be the URI of a post, with a DID')
      await state.mark('thread_mute', caller.did, link, true)
      return undefined
    },
  })
