/** Throws a draft away. */
import {deleteDraft} from '#lex/gen/app/bsky/draft/deleteDraft.ts'
import {procedure} from '../../../../callers.ts'
import type {Drafts} from '../../../../store/drafts.ts'

type Deps = {drafts: Pick<Drafts, 'remove'>}

export const endpoint = ({drafts}: Deps) =>
  procedure(deleteDraft, {
    auth: 'viewer',
    async handle({input, caller}) {
      await drafts.remove(caller.did, input.id)
      return undefined
    },
  })
