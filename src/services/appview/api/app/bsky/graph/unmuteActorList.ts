/** Mutes the accounts on a list no longer. */
import {unmuteActorList} from '#lex/gen/app/bsky/graph/unmuteActorList.ts'
import {procedure} from '../../../../callers.ts'
import {linkTo} from '../../../../index/record-indexer.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'mark'>}

export const endpoint = ({state}: Deps) =>
  procedure(unmuteActorList, {
    auth: 'viewer',
    async handle({input, caller, fail}) {
      const link = linkTo(input.list)
      if (link?.collection !== 'app.bsky.graph.list')
        throw fail('InvalidRequest', 'list: must be the URI of a list, with a DID')
      await state.mark('list_mute', caller.did, link, false)
      return undefined
    },
  })
