/** Throws a draft away. */
import {deleteDraft} from '#lex/gen/app/bsky/draft/deleteDraft.ts'
import {procedure} from '../../../../callers.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'removeDraft'>}

export const endpoint = ({state}: Deps) =>
  procedure(deleteDraft, {
    auth: 'viewer',
    async handle({input, caller}) {
      await state.removeDraft(caller.did, input.id)
      return undefined
    },
  })
