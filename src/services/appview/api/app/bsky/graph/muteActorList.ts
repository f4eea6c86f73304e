/** Mutes all accounts on a list, as it is and as it will be. */
import {muteActorList} from '#lex/gen/app/bsky/graph/muteActorList.ts'
import {procedure} from '../../../../callers.ts'
import {linkTo} from '../../../../index/record-indexer.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'mark'>}

export const endpoint = ({state}: Deps) =>
  procedure(muteActorList, {
    auth: 'viewer',
    async handle({input, caller, fail}) {
      const link = linkTo(input.list)
      if (link?.collection !== 'app.bsky.graph.list')
        throw fail('InvalidRequest', 'list: must be the URI of a list, with a DID')
      await state.mark('list_mute', caller.did, link, true)
      return undefined
    },
  })
